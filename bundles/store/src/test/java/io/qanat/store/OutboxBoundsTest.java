package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sequences;
import static io.qanat.store.StoreFixture.sql;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.OutboxQueue.Places;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes, times to live and limits of what is stored for an endpoint, and the order in which it is given. */
class OutboxBoundsTest {
    private static final long ROW = 256 + 1;

    private final Path directory;
    private final SettableClock clock = new SettableClock();
    private SqliteStore store;

    OutboxBoundsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        store = SqliteStore.open(directory, clock);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void dropsTheOldestOfTheLowestClassWhenTheOutboxIsFull() throws Exception {
        store.limit(CLOUD, 3 * ROW);
        put("a", Priority.HIGH);
        put("b", Priority.LOW);
        put("c", Priority.LOW);
        put("d", Priority.MEDIUM);
        reopen();
        store.limit(CLOUD, 3 * ROW);
        put("e", Priority.MEDIUM);
        put("f", Priority.LOW);

        assertThat(ids()).containsExactly("a", "d", "e");
        assertThat(ledger()).isEqualTo(new DeliveryLedger(6, 0, 0, 3, 0, 3, Map.of("dropped(full)", 3L)));
    }

    @Test
    void dropsParkedMessagesBeforeAnyThatWait() throws Exception {
        store.limit(CLOUD, 2 * ROW);
        put("a", Priority.CRITICAL);
        park("a", State.PARKED_REFUSED);
        put("b", Priority.LOW);
        put("c", Priority.LOW);

        assertThat(ids()).containsExactly("b", "c");
        assertThat(ledger()).isEqualTo(new DeliveryLedger(3, 0, 0, 1, 0, 2, Map.of("dropped(full)", 1L)));
    }

    @Test
    void dropsAMessageThatIsLargerThanTheWholeOutboxAndNoOther() {
        store.limit(CLOUD, 2 * ROW);
        put("a", Priority.LOW);
        put("b".repeat(1000), Priority.CRITICAL);

        assertThat(ids()).containsExactly("a");
        assertThat(ledger().reasons()).isEqualTo(Map.of("dropped(too-large)", 1L));
    }

    @Test
    void limitsEachEndpointByItself() {
        store.limit(CLOUD, ROW);
        store.settle(sends(message("other", "x", Priority.LOW, Optional.empty())))
                .join();
        put("a", Priority.LOW);
        put("b", Priority.LOW);

        assertThat(ids()).containsExactly("b");
        assertThat(store.pending("other", 9)).hasSize(1);
    }

    @Test
    void saysHowManyBytesTheOutboxHolds() {
        put("a", Priority.LOW);
        store.settle(sends(message("other", "x", Priority.LOW, Optional.empty())))
                .join();
        assertThat(store.status().get(0).count("outboxBytes")).isEqualTo(2 * ROW);

        store.delivered(StoreFixture.sequences(store.pending(CLOUD, 1))).join();

        assertThat(store.status().get(0).count("outboxBytes")).isEqualTo(ROW);
    }

    @Test
    void aTransactionThatTheDiskRefusedTakesNoRoom() throws Exception {
        store.limit(CLOUD, 2 * ROW);
        sql(directory, "CREATE TRIGGER refuse BEFORE INSERT ON delivery_ledger BEGIN SELECT RAISE(ABORT, 'no'); END");
        assertThat(store.settle(sends(message(CLOUD, "a", Priority.LOW, Optional.empty()))))
                .failsWithin(Duration.ofSeconds(30));
        sql(directory, "DROP TRIGGER refuse");

        put("b", Priority.LOW);
        put("c", Priority.LOW);

        assertThat(ids()).containsExactly("b", "c");
    }

    @Test
    void countsAMessageThatIsOlderThanItsTimeToLive() throws Exception {
        put("a", Priority.LOW, Optional.of(NOON.plusSeconds(10)));
        put("b", Priority.LOW, Optional.of(NOON.plusSeconds(30)));
        put("c", Priority.LOW);
        reopen();
        clock.now = NOON.plusSeconds(10);

        store.expire(CLOUD).join();

        assertThat(ids()).containsExactly("b", "c");
        assertThat(ledger()).isEqualTo(new DeliveryLedger(3, 0, 1, 0, 0, 2, Map.of("expired(ttl)", 1L)));
    }

    @Test
    void findsWhatHasExpiredAlsoWhenNobodyForwards() {
        put("a", Priority.LOW, Optional.of(NOON.plusSeconds(10)));
        clock.now = NOON.plusSeconds(11);

        put("b", Priority.LOW);

        assertThat(ids()).containsExactly("b");
        assertThat(ledger().expired()).isEqualTo(1);
    }

    @Test
    void aParkedMessageDoesNotExpireAndIsNotGiven() {
        put("a", Priority.LOW, Optional.of(NOON.plusSeconds(10)));
        park("a", State.PARKED_TRIES);
        clock.now = NOON.plusSeconds(11);

        store.expire(CLOUD).join();

        assertThat(ids()).isEmpty();
        assertThat(ledger()).isEqualTo(new DeliveryLedger(1, 0, 0, 0, 1, 0, Map.of("parked(tries)", 1L)));
    }

    @Test
    void aParkedMessageThatItsEndpointTookAfterAllIsDelivered() {
        put("a", Priority.LOW);
        List<OutboxEntry> entries = store.pending(CLOUD, 1);
        park("a", State.PARKED_TRIES);

        store.delivered(sequences(entries)).join();

        assertThat(ledger()).isEqualTo(new DeliveryLedger(1, 1, 0, 0, 0, 0));
    }

    @Test
    void givesTheBacklogByClassAndOldestFirst() {
        put("a", Priority.LOW);
        put("b", Priority.HIGH);
        put("c", Priority.LOW);
        put("d", Priority.HIGH);

        assertThat(ids()).containsExactly("b", "d", "a", "c");
    }

    @Test
    void givesLiveMessagesBeforeTheBacklogByClassAndNewestFirst() {
        put("old1", Priority.CRITICAL);
        put("old2", Priority.CRITICAL);
        long liveAfter = store.newest();
        put("live1", Priority.LOW);
        put("live2", Priority.LOW);
        put("live3", Priority.HIGH);

        assertThat(next(liveAfter, Set.of(), 9, 9)).containsExactly("live3", "live2", "live1", "old1", "old2");
        assertThat(next(liveAfter, Set.of(), 3, 2)).containsExactly("live3", "live2", "old1");
        assertThat(next(liveAfter, Set.of(1L, 5L), 2, 9)).containsExactly("live2", "live1");
    }

    @Test
    void givesLiveMessagesInTheirOrderWhileThereIsNoBacklog() {
        put("a", Priority.LOW);
        put("b", Priority.LOW);
        put("c", Priority.HIGH);

        assertThat(next(0, Set.of(), 9, 0)).containsExactly("c", "a", "b");
    }

    @Test
    void keepsClassExpiryTriesAndErrorOverARestart() throws Exception {
        put("a", Priority.CRITICAL, Optional.of(NOON.plusSeconds(10)));
        OutboxEntry entry = store.pending(CLOUD, 1).get(0);
        store.refused(new OutboxEntry(entry.sequence(), entry.message(), State.PENDING, 3, "HTTP 500"))
                .join();
        reopen();

        OutboxEntry kept = store.pending(CLOUD, 1).get(0);

        assertThat(kept.tries()).isEqualTo(3);
        assertThat(kept.lastError()).isEqualTo("HTTP 500");
        assertThat(kept.message().priority()).isEqualTo(Priority.CRITICAL);
        assertThat(kept.message().expiresAt()).contains(NOON.plusSeconds(10));
    }

    @Test
    void theDeliveryLedgerBalancesAndAgreesWithTheRowsOverARandomLife() throws Exception {
        Random random = new Random(7);
        for (int step = 0; step < 400; step++) {
            act(random, "m" + step);
            DeliveryLedger ledger = ledger();
            assertThat(number(directory, "SELECT count(*) FROM outbox WHERE state = 0"))
                    .isEqualTo(ledger.pending());
            assertThat(number(directory, "SELECT count(*) FROM outbox WHERE state > 0"))
                    .isEqualTo(ledger.parked());
        }
        assertThat(ledger().reasons().keySet())
                .contains("dropped(full)", "dropped(purged)", "expired(ttl)", "parked(tries)", "parked(refused)");
    }

    private void act(Random random, String id) throws Exception {
        List<OutboxEntry> waiting = store.pending(CLOUD, 1);
        Choice some = Choice.oldest(1 + random.nextInt(3));
        switch (random.nextInt(12)) {
            case 0 -> store.delivered(sequences(waiting)).join();
            case 1, 2 ->
                waiting.forEach(entry -> store.refused(refused(entry, random)).join());
            case 3 -> store.retry(some).join();
            case 4 ->
                store.purge(random.nextInt(4) == 0 ? some : Choice.oldest(1)).join();
            case 5 -> store.expire(CLOUD).join();
            case 6 -> clock.now = clock.now.plusSeconds(1);
            case 7 -> store.limit(CLOUD, (10 + random.nextInt(30)) * ROW);
            default ->
                put(
                        id,
                        Priority.values()[random.nextInt(4)],
                        random.nextBoolean() ? Optional.empty() : Optional.of(clock.now.plusSeconds(3)));
        }
        if (random.nextInt(50) == 0) {
            reopen();
        }
    }

    private static OutboxEntry refused(OutboxEntry entry, Random random) {
        return new OutboxEntry(entry.sequence(), entry.message(), State.values()[random.nextInt(3)], 1, "no");
    }

    private void park(String id, State state) {
        OutboxEntry entry = store.pending(CLOUD, 99).stream()
                .filter(waiting -> waiting.message().id().equals(id))
                .findFirst()
                .orElseThrow();
        store.refused(new OutboxEntry(entry.sequence(), entry.message(), state, 1, "no"))
                .join();
    }

    private void put(String id, Priority priority) {
        put(id, priority, Optional.empty());
    }

    private void put(String id, Priority priority, Optional<Instant> expiresAt) {
        store.settle(sends(message(CLOUD, id, priority, expiresAt))).join();
    }

    private static OutboxMessage message(String endpoint, String id, Priority priority, Optional<Instant> expiresAt) {
        return new OutboxMessage(endpoint, id, "mote-3", "text/plain", id.getBytes(UTF_8), NOON, priority, expiresAt);
    }

    private List<String> ids() {
        return ids(store.pending(CLOUD, 99));
    }

    private List<String> next(long liveAfter, Set<Long> without, int all, int live) {
        return ids(store.next(CLOUD, liveAfter, without, new Places(all, live)));
    }

    private static List<String> ids(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.message().id()).toList();
    }

    private DeliveryLedger ledger() {
        DeliveryLedger ledger = requireNonNull(store.delivery().get(CLOUD));
        assertThat(ledger).matches(DeliveryLedger::balanced);
        return ledger;
    }

    private void reopen() throws Exception {
        store.close();
        store = SqliteStore.open(directory, clock);
    }

    private static final class SettableClock extends Clock {
        private volatile Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
