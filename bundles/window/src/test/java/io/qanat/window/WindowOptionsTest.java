package io.qanat.window;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WindowOptionsTest {
    @Test
    void refusesAStrideThatLeavesGaps() {
        assertThatThrownBy(() -> new WindowOptions(List.of("humidity"), 4, 5, 10))
                .hasMessage("stride is 5 with length 4: it must be 1 to length, since a longer one would leave readings"
                        + " out of every window");
    }

    @Test
    void refusesAWindowWithoutReadings() {
        assertThatThrownBy(() -> new WindowOptions(List.of("humidity"), 0, 1, 10))
                .hasMessageContaining("length is 0");
    }

    @Test
    void refusesChannelsThatAreMissingOrTwice() {
        assertThatThrownBy(() -> new WindowOptions(List.of(""), 4, 1, 10)).hasMessageContaining("at least one channel");
        assertThatThrownBy(() -> new WindowOptions(List.of("humidity", "humidity"), 4, 1, 10))
                .hasMessageContaining("each channel once");
    }

    @Test
    void refusesToHaveNoAsset() {
        assertThatThrownBy(() -> new WindowOptions(List.of("humidity"), 4, 1, 0))
                .hasMessageContaining("maxAssets is 0");
    }
}
