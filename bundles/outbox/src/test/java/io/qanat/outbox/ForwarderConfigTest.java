package io.qanat.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForwarderConfigTest {
    @Test
    void waitsLongerWithEachFailureUpToTheLongestWait() {
        ForwarderConfig config = config(16, 200, 30_000);

        assertThat(config.waits().apply(1)).isBetween(100L, 300L);
        assertThat(config.waits().apply(4)).isBetween(800L, 2400L);
        assertThat(config.waits().apply(1000)).isBetween(15_000L, 30_000L);
    }

    @Test
    void refusesNonsenseAndNamesTheRule() {
        assertThatThrownBy(() -> config(0, 200, 300)).hasMessageContaining("inFlight is 0");
        assertThatThrownBy(() -> config(1, 0, 300)).hasMessageContaining("backoff is 0 ms");
        assertThatThrownBy(() -> config(1, 200, 200)).hasMessageContaining("maxBackoff is 200 ms");
        assertThatThrownBy(() -> config(16, 200, 300, 17)).hasMessageContaining("batch is 17");
    }

    private static ForwarderConfig config(int inFlight, long backoff, long maxBackoff) {
        return config(inFlight, backoff, maxBackoff, 1);
    }

    private static ForwarderConfig config(int inFlight, long backoff, long maxBackoff, int batch) {
        return new ForwarderConfig(
                "cloud",
                inFlight,
                Duration.ofMillis(backoff),
                Duration.ofMillis(maxBackoff),
                Duration.ofSeconds(30),
                10,
                batch,
                Duration.ZERO);
    }
}
