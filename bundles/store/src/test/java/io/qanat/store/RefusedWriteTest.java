package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.holdWriter;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.ArrivalOrder;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedWriteTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path directory;

    RefusedWriteTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aRefusedGroupFailsAsAWholeAndLeavesTheLedgersBalanced() throws Exception {
        try (SqliteStore store = open()) {
            long kept = store.append(arrival("kept")).join().entry();
            Map<String, InputLedger> before = store.input();
            CountDownLatch hold = holdWriter(store);
            sql(directory, "CREATE TRIGGER refuse BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END");
            CompletableFuture<Admission> append = store.append(arrival("lost"));
            CompletableFuture<Void> settle = store.settle(finished(kept));
            CompletableFuture<Void> send = store.settle(sends(message(CLOUD, "a")));
            hold.countDown();

            assertThat(append)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IOException.class);
            assertThat(settle).failsWithin(SOON);
            assertThat(send)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .withMessageContaining("none of 3 writes is stored")
                    .withMessageContaining("no room")
                    .withMessageContaining("qanat.db");
            assertThat(store.input()).isEqualTo(before);
            assertThat(store.delivery()).doesNotContainKey(CLOUD);
            assertThat(store.open(PLANT)).hasSize(1);
        }
    }

    @Test
    void goesOnAfterARefusalAsIfNothingHadBeenWritten() throws Exception {
        try (SqliteStore store = open()) {
            sql(
                    directory,
                    "CREATE TRIGGER refuse BEFORE INSERT ON journal_chunk BEGIN SELECT RAISE(ABORT, 'no room'); END");
            assertThat(store.append(arrival("again"))).failsWithin(SOON);
            sql(directory, "DROP TRIGGER refuse");

            Admission again = store.append(arrival("again")).join();

            assertThat(again).isEqualTo(new Admission(1, false));
            assertThat(store.input().get(PLANT)).isEqualTo(new InputLedger(1, 0, 0, Map.of(), Map.of(), 1, 0, 0));
        }
    }

    @Test
    void whatFollowsARefusedMessageOfItsConnectionIsRefusedToo() throws Exception {
        try (SqliteStore store = open()) {
            ArrivalOrder connection = new ArrivalOrder();
            ArrivalOrder other = new ArrivalOrder();
            sql(
                    directory,
                    "CREATE TRIGGER refuse BEFORE INSERT ON journal_chunk BEGIN SELECT RAISE(ABORT, 'no room'); END");
            assertThat(store.append(of(connection, "first"))).failsWithin(SOON);
            sql(directory, "DROP TRIGGER refuse");

            CompletableFuture<Admission> second = store.append(of(connection, "second"));
            CompletableFuture<Admission> elsewhere = store.append(of(other, "elsewhere"));

            assertThat(second)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IOException.class)
                    .withMessageContaining("an earlier message of the same connection");
            assertThat(elsewhere).succeedsWithin(SOON);
            assertThat(store.open(PLANT)).hasSize(1);
        }
    }

    private static Arrival of(ArrivalOrder connection, String id) {
        return new Arrival(
                PLANT,
                Identity.of(PLANT, "id", id),
                id.getBytes(StandardCharsets.UTF_8),
                StoreFixture.NOON,
                connection);
    }

    @Test
    void refusesAFileOfANewerSchema() throws Exception {
        open().close();
        sql(directory, "PRAGMA user_version = 999");

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("schema 999")
                .hasMessageContaining("up to " + SchemaStep.ALL.size())
                .hasMessageContaining("install");
    }

    @Test
    void aClosedStoreRefusesCalls() throws Exception {
        SqliteStore store = open();
        CompletableFuture<Admission> accepted = store.append(arrival("accepted"));
        store.close();
        store.close();

        assertThat(accepted).isCompletedWithValue(new Admission(1, false));
        assertThat(store.append(arrival("late")))
                .failsWithin(SOON)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class)
                .withMessageContaining("is closed");
        assertThatThrownBy(() -> store.open(PLANT)).hasMessageContaining("is closed");
    }

    @Test
    void writesAllThatWaitsBeforeItCloses() throws Exception {
        SqliteStore store = open();
        CountDownLatch hold = holdWriter(store);
        for (int i = 0; i < 5000; i++) {
            var unused = store.append(arrival("id" + i));
        }
        hold.countDown();
        store.close();

        try (SqliteStore again = open()) {
            assertThat(again.open(PLANT)).hasSize(5000);
        }
    }

    @Test
    void aCallerWaitsWhileThereIsNoRoomAndTheWriterNever() throws Exception {
        try (SqliteStore store = open()) {
            byte[] large = new byte[5 << 20];
            var nested = store.append(arrival("first"))
                    .thenCompose(first -> store.settle(sends(message(CLOUD, "from the writer's thread"))));
            CompletableFuture<?>[] appended = new CompletableFuture<?>[12];
            for (int i = 0; i < appended.length; i++) {
                appended[i] = store.append(new Arrival(PLANT, Identity.of("large", "" + i), large, StoreFixture.NOON));
            }

            assertThat(CompletableFuture.allOf(appended)).succeedsWithin(SOON);
            assertThat(nested).succeedsWithin(SOON);
        }
    }

    private SqliteStore open() throws IOException {
        return SqliteStore.open(directory, Clock.systemUTC());
    }
}
