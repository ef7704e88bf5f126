package io.qanat.window;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import io.qanat.api.Window;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows over restarts of the gateway's real store. */
class WindowRestartTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final WindowOptions SLIDING = new WindowOptions(List.of("humidity"), 4, 2, 100);

    private Path directory;
    private SqliteStore store;
    private RunningWindows windows;
    private WindowStage stage;
    private int arrivals;

    @BeforeEach
    void start(@TempDir Path empty) throws IOException {
        directory = empty;
        open();
    }

    private void open() throws IOException {
        store = SqliteStore.open(directory, Clock.systemUTC());
        windows = new RunningWindows(store);
        stage = windows.enter("mote", SLIDING);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void theNextWindowSharesItsReadingsWithTheOneBeforeTheRestart() throws Exception {
        for (int second = 0; second < 5; second++) {
            second(second);
        }
        restart();
        assertThat(second(5).orElseThrow().values()).containsExactly(2, 3, 4, 5);
    }

    @Test
    void aReadingOlderThanTheWindowBeforeTheRestartIsLate() throws Exception {
        for (int second = 0; second < 4; second++) {
            second(second);
        }
        restart();
        second(2);
        assertThat(ledger().rejected()).containsExactlyEntriesOf(Map.of(WindowStage.LATE, 1L));
    }

    @Test
    void everyReadingIsInTheLedgerOnceWhenTheStreamEndsAfterRestarts() throws Exception {
        for (int second = 0; second < 21; second++) {
            second(second);
            if (second % 3 == 0) {
                restart();
            }
        }
        windows.closeUnscored().join();
        assertThat(ledger().balanced()).isTrue();
        assertThat(ledger().normal()).isEqualTo(21);
        assertThat(ledger().open()).isZero();
        assertThat(ledger().unscored())
                .as("the last window ended with the 20th")
                .isEqualTo(1);
    }

    private InputLedger ledger() {
        return requireNonNull(store.input().get("plant"));
    }

    private Optional<Window> second(int second) {
        byte[] payload = Integer.toString(second).getBytes(StandardCharsets.UTF_8);
        Identity identity = Identity.of("plant", second + "/" + arrivals++);
        long entry = store.append(new Arrival("plant", identity, payload, START))
                .join()
                .entry();
        return process(entry, payload, false);
    }

    private Optional<Window> process(long entry, byte[] payload, boolean replayed) {
        int second = Integer.parseInt(new String(payload, StandardCharsets.UTF_8));
        Reading reading = new Reading(
                entry,
                "plant",
                "mote-1",
                START.plusSeconds(second),
                START,
                0,
                List.of(new Measurement("humidity", second, "")));
        Journey journey = new Journey(reading, replayed);
        Optional<Window> window = stage.accept(reading, journey);
        journey.settlement().ifPresent(settlement -> store.settle(settlement).join());
        return window;
    }

    private void restart() throws Exception {
        store.close();
        open();
        for (JournalEntry entry : store.open("plant")) {
            process(entry.entry(), entry.payload(), true);
        }
    }
}
