package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long QUOTA = 1 << 20;
    private static final int PAYLOAD = 1 << 10;
    /** Four times what the quota has room for. */
    private static final int MESSAGES = 4096;

    private final Path directory;

    QuotaTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void holdsMessagesAtTheQuotaAndLetsOutcomesThrough() throws Exception {
        try (SqliteStore store = open()) {
            List<CompletableFuture<Admission>> appends = appendAll(store);
            await().atMost(SOON).until(() -> figure(store, "heldWrites") > 0 && waiting(store) == 0);
            List<JournalEntry> stored = store.open(PLANT);
            assertThat(figure(store, "liveBytes")).isBetween(QUOTA * 8 / 10, QUOTA * 11 / 10);
            assertThat(figure(store, "journalBytes")).isEqualTo((long) stored.size() * PAYLOAD);
            assertThat(appends.get(MESSAGES - 1)).isNotDone();
            CompletableFuture<Void> rejection = store.reject(PLANT, "malformed");

            assertThat(store.settle(sends(message(CLOUD, "an alarm")))).succeedsWithin(SOON);
            assertThat(store.delivered(sequences(store.pending(CLOUD, 9)))).succeedsWithin(SOON);
            assertThat(rejection).as("it must not overtake what came before").isNotDone();
        }
    }

    @Test
    void takesEveryMessageInTheEndWhenOutcomesMakeRoomUnderLoad() throws Exception {
        try (SqliteStore store = open()) {
            List<CompletableFuture<Admission>> appends = appendAll(store);
            long most = 0;
            for (CompletableFuture<Admission> append : appends) {
                long entry = append.join().entry();
                var unused = store.settle(finished(entry));
                most = Math.max(most, figure(store, "liveBytes"));
            }
            store.settle(finished(Outcome.NORMAL, "", List.of())).join();

            assertThat(most).isBetween(QUOTA / 2, QUOTA * 11 / 10);
            assertThat(store.input())
                    .containsEntry(PLANT, new InputLedger(MESSAGES, MESSAGES, 0, Map.of(), Map.of(), 0, 0, 0));
            assertThat(figure(store, "journalBytes")).isZero();
            assertThat(figure(store, "heldWrites")).isZero();
        }
    }

    @Test
    void aHeldMessageIsRefusedWhenTheStoreClosesAndTakenAfterARestart() throws Exception {
        int stored;
        try (SqliteStore store = open()) {
            List<CompletableFuture<Admission>> appends = appendAll(store);
            await().atMost(SOON).until(() -> figure(store, "heldWrites") > 0 && waiting(store) == 0);
            stored = store.open(PLANT).size();
            store.close();

            assertThat(appends.get(MESSAGES - 1))
                    .isCompletedExceptionally()
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IOException.class)
                    .withMessageContaining("stays with its broker");
        }
        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            assertThat(store.open(PLANT)).hasSize(stored);
            assertThat(store.append(arrival(MESSAGES - 1)).join().redelivered()).isFalse();
        }
    }

    @Test
    void refusesAQuotaThatOneGroupWouldFill() {
        assertThatThrownBy(() -> new StoreConfig(directory, 1000, Duration.ZERO, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000")
                .hasMessageContaining("at least 1048576");
    }

    private SqliteStore open() throws IOException {
        return new SqliteStore(new StoreConfig(directory, QUOTA, Duration.ZERO, Optional.empty()), Clock.systemUTC());
    }

    private static List<CompletableFuture<Admission>> appendAll(SqliteStore store) {
        List<CompletableFuture<Admission>> appends = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            appends.add(store.append(arrival(i)));
        }
        return appends;
    }

    private static Arrival arrival(int number) {
        return new Arrival(PLANT, Identity.of(PLANT, "id" + number), new byte[PAYLOAD], NOON);
    }

    private static long figure(SqliteStore store, String name) {
        return store.status().get(0).count(name);
    }

    /** What waits for the writer and not for room. */
    private static long waiting(SqliteStore store) {
        return figure(store, "queueDepth") - figure(store, "heldWrites");
    }
}
