package io.qanat.store;

import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KilledProcessTest {
    private static final int ENOUGH = 5_000;

    private final Path directory;

    KilledProcessTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 50})
    void everyAcknowledgedEntryIsThereAfterTheProcessWasKilled(long commitInterval) throws Exception {
        Path told = directory.resolve("told.txt");
        Process writer = startAppending(told, commitInterval);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(told) && wholeLines(told).size() >= ENOUGH);
        writer.destroyForcibly().waitFor();
        List<Long> acknowledged = wholeLines(told);

        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            List<Long> open =
                    store.open(PLANT).stream().map(JournalEntry::entry).toList();
            assertThat(open).startsWith(acknowledged.toArray(Long[]::new));
            assertThat(store.input())
                    .containsEntry(PLANT, new InputLedger(open.size(), 0, 0, Map.of(), Map.of(), open.size(), 0, 0));
        }
    }

    private Process startAppending(Path told, long commitInterval) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appending.class.getName(),
                        directory.toString(),
                        Long.toString(commitInterval))
                .redirectOutput(told.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The kill may cut the last line: it was not fully told. */
    private static List<Long> wholeLines(Path told) throws IOException {
        String text = Files.readString(told);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Long::valueOf)
                .toList();
    }

    /** The process that is killed: appends without end and tells each entry once it is durable. */
    static final class Appending {
        private Appending() {}

        public static void main(String[] args) throws Exception {
            Duration interval = Duration.ofMillis(Long.parseLong(args[1]));
            StoreConfig config = new StoreConfig(Path.of(args[0]), 0, interval, Optional.empty());
            SqliteStore store = new SqliteStore(config, Clock.systemUTC());
            PrintStream out = new PrintStream(System.out, true, UTF_8);
            for (int i = 0; ; i++) {
                var unused = store.append(arrival("id" + i)).thenAccept(admission -> out.println(admission.entry()));
            }
        }
    }
}
