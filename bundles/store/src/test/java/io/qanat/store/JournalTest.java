package io.qanat.store;

import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.holdWriter;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sends;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Admission;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

    private final Path directory;
    private SqliteStore store;

    JournalTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        store = SqliteStore.open(directory, CLOCK);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void completesInTheOrderOfTheCallsOnTheWritersThread() {
        List<Integer> completed = Collections.synchronizedList(new ArrayList<>());
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch hold = holdWriter(store);
        CompletableFuture<?>[] futures = IntStream.range(0, 3000)
                .mapToObj(i -> store.append(arrival("id" + i)).thenRun(() -> {
                    completed.add(i);
                    threads.add(Thread.currentThread().getName());
                }))
                .toArray(CompletableFuture[]::new);

        hold.countDown();
        CompletableFuture.allOf(futures).join();

        assertThat(completed)
                .containsExactlyElementsOf(IntStream.range(0, 3000).boxed().toList());
        assertThat(threads).containsOnly("qanat-store");
        assertThat(store.status().get(0).count("commits")).isLessThan(10);
    }

    @Test
    void replaysTheOpenRowsInOrderAfterARestart() throws Exception {
        for (int i = 0; i < 20; i++) {
            store.append(arrival("id" + i)).join();
        }
        store.settle(finished(3)).join();

        reopen();

        List<JournalEntry> open = store.open(PLANT);
        assertThat(open)
                .extracting(JournalEntry::entry)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 20)
                        .filter(entry -> entry != 3)
                        .boxed()
                        .toList());
        assertThat(open.get(0).payload()).isEqualTo(arrival("id0").payload());
        assertThat(open.get(0).receivedAt()).isEqualTo(NOON);
        assertThat(store.open("another source")).isEmpty();
    }

    @Test
    void givesNoNumberTwiceEvenWhenTheJournalWasEmptied() throws Exception {
        long before = entry("first");
        store.settle(finished(before)).join();

        reopen();

        assertThat(entry("second")).isGreaterThan(before);
    }

    @Test
    void countsAKnownIdentityAsRedeliveredAlsoAfterARestart() throws Exception {
        long first = entry("twin");
        store.settle(finished(first)).join();

        reopen();
        Admission again = store.append(arrival("twin")).join();

        assertThat(again.redelivered()).isTrue();
        assertThat(ledger().received()).isEqualTo(1);
        assertThat(ledger().redelivered()).isEqualTo(1);
        assertThat(store.open(PLANT)).isEmpty();
    }

    @Test
    void knowsAnIdentityWithinTheSameGroup() {
        CountDownLatch hold = holdWriter(store);
        CompletableFuture<Admission> first = store.append(arrival("twin"));
        CompletableFuture<Admission> second = store.append(arrival("twin"));

        hold.countDown();

        assertThat(first.join().redelivered()).isFalse();
        assertThat(second.join().redelivered()).isTrue();
        assertThat(store.open(PLANT)).hasSize(1);
    }

    @Test
    void countsARejectedMessageAsReceivedInTheSameTransaction() {
        store.reject(PLANT, "malformed").join();

        assertThat(ledger().received()).isEqualTo(1);
        assertThat(ledger().rejected()).isEqualTo(Map.of("malformed", 1L));
        assertThat(ledger().balanced()).isTrue();
    }

    @Test
    void anEntryInSeveralWindowsTakesTheWorstOutcome() {
        List<Long> entries =
                IntStream.range(0, 6).mapToObj(i -> entry("id" + i)).toList();

        store.settle(window(Outcome.NORMAL, "", entries.subList(0, 4), entries.subList(0, 2)))
                .join();
        store.settle(window(Outcome.ALARMED, "", entries.subList(2, 5), entries.subList(2, 3)))
                .join();
        store.settle(window(Outcome.REJECTED, "late", entries.subList(4, 6), entries.subList(4, 5)))
                .join();
        store.settle(window(Outcome.NORMAL, "", entries.subList(3, 6), List.of(entries.get(3), entries.get(5))))
                .join();

        assertThat(ledger()).isEqualTo(new InputLedger(6, 2, 2, Map.of("late", 2L), Map.of(), 0, 0, 0));
    }

    @Test
    void keepsAnAlarmedOutcomeOverARestart() throws Exception {
        long entry = entry("id");
        store.settle(window(Outcome.ALARMED, "", List.of(entry), List.of())).join();

        reopen();
        store.settle(finished(entry)).join();

        assertThat(ledger().alarmed()).isEqualTo(1);
    }

    @Test
    void passesOverARepetition() {
        long entry = entry("id");
        Settlement settlement = new Settlement(
                Outcome.ALARMED,
                "",
                List.of(entry),
                List.of(entry),
                0,
                List.of(new StageState("alarm:a", "mote-3", "raised")),
                List.of(StoreFixture.message("cloud", "1")));
        store.settle(settlement).join();
        store.settle(new Settlement(
                        Outcome.NORMAL,
                        "",
                        List.of(entry),
                        List.of(entry),
                        1,
                        List.of(new StageState("alarm:a", "mote-3", "cleared")),
                        List.of(StoreFixture.message("cloud", "2"))))
                .join();

        assertThat(ledger()).isEqualTo(new InputLedger(1, 0, 1, Map.of(), Map.of(), 0, 0, 0));
        assertThat(store.states("alarm:a")).isEqualTo(Map.of("mote-3", "raised"));
        assertThat(store.pending("cloud", 10)).hasSize(1);
    }

    @Test
    void countsTheLastOfTheReleasedAsUnscored() {
        List<Long> entries =
                IntStream.range(0, 5).mapToObj(i -> entry("id" + i)).toList();
        store.settle(new Settlement(Outcome.NORMAL, "", List.of(), entries, 3, List.of(), List.of()))
                .join();

        assertThat(ledger()).isEqualTo(new InputLedger(5, 5, 0, Map.of(), Map.of(), 0, 0, 3));
    }

    @Test
    void keepsAMessageWhoseRouteFailedForInspection() throws Exception {
        List<Long> entries = List.of(entry("good"), entry("bad"), entry("late"));
        store.settle(finished(entries.get(0))).join();
        store.settle(finished(Outcome.REJECTED, Journey.ROUTE_FAILURE, List.of(entries.get(1))))
                .join();
        store.settle(finished(Outcome.REJECTED, "late", List.of(entries.get(2))))
                .join();

        assertThat(ledger().rejected()).isEqualTo(Map.of(Journey.ROUTE_FAILURE, 1L, "late", 1L));
        assertThat(number(directory, "SELECT count(*) FROM failed")).isEqualTo(1);
        assertThat(number(directory, "SELECT entry FROM failed WHERE payload = CAST('bad' AS BLOB)"))
                .isEqualTo(entries.get(1));
    }

    @Test
    void keepsNoMoreFailedMessagesThanItHasRoomFor() throws Exception {
        int many = FailedTable.KEPT + FailedTable.KEPT / 4;
        IntStream.range(0, many).forEach(i -> {
            var unused = store.append(arrival("id" + i));
        });
        List<Long> entries = LongStream.rangeClosed(1, many).boxed().toList();
        store.settle(finished(Outcome.REJECTED, Journey.ROUTE_FAILURE, entries)).join();

        assertThat(ledger().rejected()).isEqualTo(Map.of(Journey.ROUTE_FAILURE, (long) many));
        assertThat(number(directory, "SELECT count(*) FROM failed"))
                .isBetween((long) FailedTable.KEPT, FailedTable.KEPT * 11L / 10);
        assertThat(number(directory, "SELECT max(entry) FROM failed")).isEqualTo(many);
    }

    @Test
    void remembersTheLatestStateOfEachKeyOverARestart() throws Exception {
        store.settle(states(new StageState("alarm:a", "mote-3", "1"), new StageState("alarm:a", "mote-3", "2")))
                .join();
        store.settle(states(new StageState("alarm:a", "mote-4", "3"), new StageState("alarm:b", "mote-3", "4")))
                .join();

        reopen();

        assertThat(store.states("alarm:a")).isEqualTo(Map.of("mote-3", "2", "mote-4", "3"));
        assertThat(store.states("alarm:c")).isEmpty();
    }

    @Test
    void trimsTheKnownIdentitiesAndStillKnowsTheNewest() throws Exception {
        int many = SqliteStore.KNOWN_MESSAGES + SqliteStore.KNOWN_MESSAGES / 5;
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < many; i++) {
            last = store.settle(sends(StoreFixture.message("cloud", "id" + i)));
        }
        last.join();

        reopen();
        store.settle(sends(StoreFixture.message("cloud", "id" + (many - SqliteStore.KNOWN_MESSAGES))))
                .join();

        assertThat(number(directory, "SELECT count FROM delivery_ledger WHERE term = 'enqueued'"))
                .isEqualTo(many);
        assertThat(number(directory, "SELECT sum(length(identities)) / 16 FROM outbox_identity"))
                .isBetween((long) SqliteStore.KNOWN_MESSAGES, SqliteStore.KNOWN_MESSAGES * 11L / 10);
    }

    private void reopen() throws Exception {
        store.close();
        store = SqliteStore.open(directory, CLOCK);
    }

    private long entry(String id) {
        return store.append(arrival(id)).join().entry();
    }

    private InputLedger ledger() {
        return Objects.requireNonNull(store.input().get(PLANT));
    }

    private static Settlement window(Outcome outcome, String reason, List<Long> members, List<Long> released) {
        return new Settlement(outcome, reason, members, released, 0, List.of(), List.of());
    }

    private static Settlement states(StageState... states) {
        return new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(states), List.of());
    }
}
