package io.qanat.store;

import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.holdWriter;
import static io.qanat.store.StoreFixture.number;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that share a row of the journal each have a life of their own. */
class JournalChunksTest {
    private static final int MANY = 300;

    private final Path directory;

    JournalChunksTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void arrivalsOfOneCommitShareRowsAndComeBackEachAsItWas() throws Exception {
        try (SqliteStore store = open()) {
            appendTogether(store, "plant", "boiler");
        }
        assertThat(number(directory, "SELECT count(*) FROM journal_chunk")).isLessThan(MANY / 20);

        try (SqliteStore store = open()) {
            assertThat(texts(store.open("plant")))
                    .startsWith("plant-0", "plant-2")
                    .hasSize(MANY / 2);
            assertThat(texts(store.open("boiler")))
                    .startsWith("boiler-1", "boiler-3")
                    .hasSize(MANY / 2);
            assertThat(store.open("boiler").get(0).entry()).isEqualTo(3);
            assertThat(store.open("boiler").get(0).receivedAt()).isEqualTo(NOON);
            assertThat(requireNonNull(store.input().get("boiler")).open()).isEqualTo(MANY / 2);
        }
    }

    @Test
    void remembersOverARestartWhichEntriesOfARowAreFreedAndWhatTheOthersAre() throws Exception {
        try (SqliteStore store = open()) {
            appendTogether(store, PLANT);
            store.settle(finished(Outcome.NORMAL, "", List.of(2L, 5L))).join();
            store.settle(about(Outcome.REJECTED, "late", 3)).join();
            store.settle(about(Outcome.DROPPED, "timeout", 4)).join();
            store.settle(about(Outcome.ALARMED, "", 6)).join();
        }
        try (SqliteStore store = open()) {
            assertThat(store.open(PLANT)).extracting(JournalEntry::entry).startsWith(3L, 4L, 6L, 7L);
            store.settle(finished(Outcome.NORMAL, "", List.of(2L, 3L, 4L, 6L))).join();

            assertThat(store.input().get(PLANT))
                    .isEqualTo(new InputLedger(MANY, 2, 1, Map.of("late", 1L), Map.of("timeout", 1L), MANY - 5, 0, 0));
        }
    }

    @Test
    void aRowGoesWithTheLastOfItsEntries() throws Exception {
        try (SqliteStore store = open()) {
            appendTogether(store, PLANT);
            store.settle(finished(Outcome.NORMAL, "", entries(2, MANY))).join();
            assertThat(number(directory, "SELECT count(*) FROM journal_chunk")).isEqualTo(1);

            store.settle(finished(MANY + 1)).join();

            assertThat(number(directory, "SELECT count(*) FROM journal_chunk")).isZero();
            assertThat(number(directory, "SELECT count(*) FROM journal_fate")).isZero();
        }
    }

    @Test
    void freedPayloadsLeaveTheFileThoughOthersOfTheirRowsStayOpen() throws Exception {
        byte[] large = new byte[2_000];
        try (SqliteStore store = open()) {
            for (int i = 0; i < 10 * MANY; i++) {
                var unused = store.append(new Arrival(PLANT, Identity.of(PLANT, "" + i), large, NOON));
            }
            List<Long> most = LongStream.rangeClosed(1, 10 * MANY)
                    .filter(entry -> entry % 30 != 0)
                    .boxed()
                    .toList();
            store.settle(finished(Outcome.NORMAL, "", most)).join();
            store.append(arrival("a later commit")).join();

            assertThat(number(directory, "SELECT sum(length(payload)) FROM journal_chunk"))
                    .isLessThan(10 * MANY * large.length / 3);
        }
        try (SqliteStore store = open()) {
            List<JournalEntry> open = store.open(PLANT);
            assertThat(open).hasSize(10 * MANY / 30 + 1);
            assertThat(open.get(0).payload()).isEqualTo(large);
            assertThat(open.get(0).entry()).isEqualTo(30);
        }
    }

    @Test
    void keepsACopyOfTheRightPayloadWhenARouteFailed() throws Exception {
        try (SqliteStore store = open()) {
            appendTogether(store, PLANT);

            store.settle(finished(Outcome.REJECTED, Journey.ROUTE_FAILURE, List.of(42L)))
                    .join();
        }
        assertThat(number(
                        directory,
                        "SELECT count(*) FROM failed WHERE entry = 42 AND payload = CAST('plant-40' AS BLOB)"))
                .isEqualTo(1);
    }

    @Test
    void aGroupThatIsRefusedChangesNoFate() throws Exception {
        try (SqliteStore store = open()) {
            appendTogether(store, PLANT);
            StoreFixture.sql(
                    directory,
                    "CREATE TRIGGER refuse BEFORE INSERT ON journal_fate BEGIN SELECT RAISE(ABORT, 'no room'); END");
            assertThat(store.settle(finished(2))).failsWithin(Duration.ofSeconds(30));
            StoreFixture.sql(directory, "DROP TRIGGER refuse");
            InputLedger before = requireNonNull(store.input().get(PLANT));

            store.settle(finished(2)).join();

            assertThat(before.open()).isEqualTo(MANY);
            assertThat(store.input().get(PLANT))
                    .isEqualTo(new InputLedger(MANY, 1, 0, Map.of(), Map.of(), MANY - 1, 0, 0));
        }
    }

    @Test
    void takesOverSealedMessagesOfAFileOfSchema3() throws Exception {
        Path key = StoreFixture.keyFile(directory);
        StoreConfig config = new StoreConfig(directory, 0, Duration.ZERO, Optional.of(key));
        new SqliteStore(config, Clock.systemUTC()).close();
        Seal seal = new AesGcmSeal(KeyFile.read(key), false);
        insertAsSchema3(7, 1, "", seal.seal(Seal.row("journal", 7), "seven".getBytes(UTF_8)));
        insertAsSchema3(9, 2, "late", seal.seal(Seal.row("journal", 9), "nine".getBytes(UTF_8)));

        try (SqliteStore store = new SqliteStore(config, Clock.systemUTC())) {
            assertThat(texts(store.open(PLANT))).containsExactly("seven", "nine");
            store.settle(finished(Outcome.NORMAL, "", List.of(7L, 8L, 9L))).join();

            assertThat(store.input().get(PLANT))
                    .isEqualTo(new InputLedger(0, 0, 1, Map.of("late", 1L), Map.of(), 0, 0, 0));
        }
        assertThat(number(directory, "SELECT count(*) FROM journal")).isZero();
    }

    private void insertAsSchema3(long entry, int outcome, String reason, byte[] payload) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("qanat.db"));
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO journal (entry, source, received_at, outcome, reason, payload)"
                                + " VALUES (?, 'plant', 0, ?, ?, ?)")) {
            insert.setLong(1, entry);
            insert.setInt(2, outcome);
            insert.setString(3, reason);
            insert.setBytes(4, payload);
            insert.executeUpdate();
        }
    }

    /** In two commits: one of a single message, and one of all others, whose numbers begin at 2. */
    private static void appendTogether(SqliteStore store, String... sources) {
        store.append(new Arrival("first", Identity.of("first"), new byte[0], NOON))
                .join();
        CountDownLatch hold = holdWriter(store);
        for (int i = 0; i < MANY; i++) {
            String source = sources[i % sources.length];
            String text = source + "-" + i;
            var unused = store.append(new Arrival(source, Identity.of(text), text.getBytes(UTF_8), NOON));
        }
        hold.countDown();
        store.settle(finished(1)).join();
    }

    private static Settlement about(Outcome outcome, String reason, long member) {
        return new Settlement(outcome, reason, List.of(member), List.of(), 0, List.of(), List.of());
    }

    private static List<Long> entries(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static List<String> texts(List<JournalEntry> entries) {
        return entries.stream().map(entry -> new String(entry.payload(), UTF_8)).toList();
    }

    private SqliteStore open() throws IOException {
        return SqliteStore.open(directory, Clock.systemUTC());
    }
}
