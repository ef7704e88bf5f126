package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sequences;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    @Test
    void theDeliveryLedgerBalancesAfterTheProcessWasKilled() throws Exception {
        Path told = directory.resolve("told.txt");
        Process writer = start(Delivering.class, told, 0);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(told) && wholeLines(told).size() >= ENOUGH / 10);
        writer.destroyForcibly().waitFor();
        List<Long> acknowledged = wholeLines(told);

        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            DeliveryLedger ledger = requireNonNull(store.delivery().get(CLOUD));
            assertThat(ledger).matches(DeliveryLedger::balanced);
            assertThat(ledger.enqueued()).isGreaterThanOrEqualTo(acknowledged.get(acknowledged.size() - 1));
            assertThat(List.of(ledger.delivered(), ledger.dropped(), ledger.expired()))
                    .doesNotContain(0L);
            assertThat(number(directory, "SELECT count(*) FROM outbox WHERE state = 0"))
                    .isEqualTo(ledger.pending());
            assertThat(number(directory, "SELECT count(*) FROM outbox WHERE state > 0"))
                    .isEqualTo(ledger.parked());
        }
    }

    private Process startAppending(Path told, long commitInterval) throws IOException {
        return start(Appending.class, told, commitInterval);
    }

    private Process start(Class<?> main, Path told, long commitInterval) throws IOException {
        return StoreFixture.start(
                directory,
                ProcessBuilder.Redirect.to(told.toFile()),
                main,
                directory.toString(),
                Long.toString(commitInterval));
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

    /** The process that is killed: everything that can become of a message, in turn; tells how many were enqueued. */
    static final class Delivering {
        private static final int ROOM = 20 * 300;

        private Delivering() {}

        public static void main(String[] args) throws Exception {
            SqliteStore store = SqliteStore.open(Path.of(args[0]), Clock.systemUTC());
            PrintStream out = new PrintStream(System.out, true, UTF_8);
            store.limit(CLOUD, ROOM);
            for (int i = 1; ; i++) {
                store.settle(sends(message(i))).join();
                out.println(i);
                List<OutboxEntry> waiting = store.pending(CLOUD, 1);
                if (i % 5 == 0) {
                    var unused = store.delivered(sequences(waiting));
                } else if (i % 7 == 0) {
                    waiting.forEach(entry -> store.refused(
                            new OutboxEntry(entry.sequence(), entry.message(), State.PARKED_REFUSED, 1, "no")));
                }
            }
        }

        private static OutboxMessage message(int i) {
            Optional<Instant> expiresAt = i % 3 == 0 ? Optional.of(Instant.now().plusMillis(5)) : Optional.empty();
            Priority priority = Priority.values()[i % 4];
            return new OutboxMessage(CLOUD, "id" + i, "mote-3", "text/plain", new byte[1], NOON, priority, expiresAt);
        }
    }
}
