package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.number;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are counted as all others and are in memory alone. */
class VolatileSourceTest {
    private static final String FAST = "fast";

    private final Path directory;

    VolatileSourceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void answersAtOnceAndWritesNeitherPayloadNorIdentity() throws Exception {
        try (SqliteStore store = open(directory)) {
            for (int i = 0; i < 100; i++) {
                assertThat(store.append(fast("id" + i)))
                        .isCompletedWithValueMatching(admission -> !admission.redelivered());
            }
            commitAll(store);

            assertThat(store.input().get(FAST)).isEqualTo(new InputLedger(100, 0, 0, Map.of(), Map.of(), 100, 0, 0));
            assertThat(store.status().get(0).count("openEntries")).isEqualTo(100);
            assertThat(store.open(FAST)).isEmpty();
            assertThat(number(directory, "SELECT count(*) FROM journal_chunk")).isZero();
            assertThat(number(directory, "SELECT count(*) FROM identity")).isZero();
        }
    }

    @Test
    void knowsAnIdentityUntilTheProcessEnds() throws Exception {
        try (SqliteStore store = open(directory)) {
            assertThat(store.append(fast("a")).join().redelivered()).isFalse();
            assertThat(store.append(fast("a")).join().redelivered()).isTrue();
            commitAll(store);

            assertThat(store.input().get(FAST)).isEqualTo(new InputLedger(1, 0, 0, Map.of(), Map.of(), 1, 1, 0));
        }
        try (SqliteStore store = open(directory)) {
            assertThat(store.append(fast("a")).join().redelivered()).isFalse();
        }
    }

    @Test
    void countsOutcomesAsThoseOfDurableMessages() throws Exception {
        try (SqliteStore store = open(directory)) {
            long first = store.append(fast("a")).join().entry();
            long second = store.append(fast("b")).join().entry();
            long failed = store.append(fast("c")).join().entry();
            var alarm = store.settle(new Settlement(
                    Outcome.ALARMED,
                    "",
                    List.of(first, second),
                    List.of(first),
                    0,
                    List.of(),
                    List.of(message(CLOUD, "x"))));
            var state = new StageState("window:w", "mote-3", "closed");
            var normal = store.settle(
                    new Settlement(Outcome.NORMAL, "", List.of(second), List.of(second), 0, List.of(state), List.of()));
            var failure = store.settle(finished(Outcome.REJECTED, Journey.ROUTE_FAILURE, List.of(failed)));
            commitAll(store);

            assertThat(List.of(alarm, normal, failure)).allMatch(written -> written.isDone());
            assertThat(store.input().get(FAST))
                    .isEqualTo(new InputLedger(3, 0, 2, Map.of(Journey.ROUTE_FAILURE, 1L), Map.of(), 0, 0, 0));
            assertThat(store.states("window:w")).containsEntry("mote-3", "closed");
            assertThat(store.pending(CLOUD, 9)).hasSize(1);
            assertThat(number(directory, "SELECT count(*) FROM failed")).isZero();
        }
    }

    @Test
    void sharesCommitsThatDurableMessagesWouldEachHaveAlone() throws Exception {
        int many = 3_000;
        try (SqliteStore store = open(directory)) {
            for (int i = 0; i < many; i++) {
                var unused = store.settle(
                        finished(store.append(fast("id" + i)).join().entry()));
            }
            commitAll(store);

            assertThat(store.status().get(0).count("commits")).isLessThan(many / 30);
            assertThat(store.input().get(FAST)).isEqualTo(new InputLedger(many, many, 0, Map.of(), Map.of(), 0, 0, 0));
        }
    }

    @Test
    void aDurableMessageDoesNotWaitForThem() throws Exception {
        try (SqliteStore store = open(directory)) {
            commitAll(store);
            var lazy = store.settle(finished(store.append(fast("a")).join().entry()));

            store.append(arrival("durable")).join();

            assertThat(lazy).isDone();
        }
    }

    @Test
    void whatIsOpenWhenTheStoreClosesIsCountedDroppedStop() throws Exception {
        try (SqliteStore store = open(directory)) {
            store.append(fast("a")).join();
            store.append(arrival("durable")).join();
        }
        try (SqliteStore store = open(directory)) {
            assertThat(store.input().get(FAST))
                    .isEqualTo(new InputLedger(1, 0, 0, Map.of(), Map.of("stop", 1L), 0, 0, 0));
            assertThat(store.open(PLANT)).hasSize(1);
        }
    }

    @Test
    void aClosedStoreRefusesThem() throws Exception {
        SqliteStore store = open(directory);
        store.close();

        assertThat(store.append(fast("late")))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("is closed");
    }

    @Test
    void forgetsTheOldestIdentitiesAndWhatIsFinished() throws Exception {
        int horizon = SqliteStore.KNOWN_ARRIVALS;
        VolatileArrivals arrivals = new VolatileArrivals(10);
        for (int i = 0; i < 100; i++) {
            arrivals.admit(Identity.of("id" + i));
        }

        assertThat(arrivals.admit(Identity.of("id99")).redelivered()).isTrue();
        assertThat(arrivals.admit(Identity.of("id90")).redelivered()).isTrue();
        assertThat(arrivals.admit(Identity.of("id89")).redelivered()).isFalse();
        assertThat(horizon).isGreaterThanOrEqualTo(65_535); // what a broker may have on its way
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theLedgerBalancesOverARandomLifeWithRestartsAndCrashes(long seed) throws Exception {
        Random random = new Random(seed);
        Life life = new Life(random);
        for (int step = 0; step < 500; step++) {
            life.act();
            switch (random.nextInt(50)) {
                case 0 -> life.restart();
                case 1 -> life.crash();
                default -> {}
            }
        }
        life.checkAndClose();
    }

    @Test
    void afterAKillWhatWasReceivedHasAnOutcomeOrIsCountedDroppedCrash() throws Exception {
        long told = 0;
        for (int kill = 0; kill < 3; kill++) {
            told = killAfterALife(kill, told);
        }
    }

    /** Gives how many volatile messages the ledger has received, which no later one may forget. */
    private long killAfterALife(int kill, long before) throws Exception {
        Path told = directory.resolve("told-" + kill + ".txt");
        Process process = StoreFixture.start(
                directory,
                ProcessBuilder.Redirect.to(told.toFile()),
                Living.class,
                directory.resolve("killed").toString(),
                Integer.toString(kill));
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        Files.exists(told) && Files.readString(told).lines().count() > 30);
        process.destroyForcibly().waitFor();
        String text = Files.readString(told);
        List<String> lines = text.substring(0, text.lastIndexOf('\n')).lines().toList();
        long counted = Long.parseLong(lines.get(lines.size() - 1));

        try (SqliteStore store = open(directory.resolve("killed"))) {
            commitAll(store);
            InputLedger fast = requireNonNull(store.input().get(FAST));
            assertThat(fast).matches(InputLedger::balanced);
            assertThat(fast.open()).isZero();
            assertThat(fast.received()).isGreaterThanOrEqualTo(before + counted);
            assertThat(fast.normal()).isPositive();
            assertThat(fast.dropped().get("crash")).isPositive();
            InputLedger durable = requireNonNull(store.input().get(PLANT));
            assertThat(durable).matches(InputLedger::balanced);
            assertThat(durable.dropped()).isEmpty();
            assertThat(store.open(PLANT)).hasSize((int) durable.open());
            return fast.received();
        }
    }

    /** The process that is killed: tells how many volatile messages are counted for certain. */
    static final class Living {
        private Living() {}

        public static void main(String[] args) throws Exception {
            SqliteStore store = SqliteStore.open(Path.of(args[0]), Clock.systemUTC());
            PrintStream out = new PrintStream(System.out, true, UTF_8);
            for (int i = 1; ; i++) {
                long entry = store.append(fast(args[1] + "-" + i)).join().entry();
                if (i % 3 != 0) {
                    var unused = store.settle(finished(entry));
                }
                if (i % 10 == 0) {
                    // A durable commit takes along what was lazy before it.
                    store.append(arrival(args[1] + "-" + i)).join();
                    out.println(i);
                }
            }
        }
    }

    /** A store, and a model of a few lines beside it. */
    private final class Life {
        private final Random random;
        private final List<Long> open = new ArrayList<>();
        private final List<Long> durable = new ArrayList<>();
        private Path home = directory.resolve("home-0");
        private SqliteStore store;
        private int homes;
        private int ids;
        private long received;
        private long normal;
        private long late;
        private long crashed;
        private long stopped;
        private long durableReceived;
        private long durableNormal;

        Life(Random random) throws IOException {
            this.random = random;
            this.store = VolatileSourceTest.open(home);
        }

        void act() {
            switch (random.nextInt(6)) {
                case 0 -> durable.add(appendDurable());
                case 1 -> settleDurable();
                case 2 -> settle(Outcome.NORMAL, "");
                case 3 -> settle(Outcome.REJECTED, "late");
                default -> open.add(append());
            }
        }

        private long append() {
            received++;
            Admission admission = store.append(fast("v" + ids++)).join();
            return admission.entry();
        }

        private long appendDurable() {
            durableReceived++;
            return store.append(arrival("d" + ids++)).join().entry();
        }

        private void settle(Outcome outcome, String reason) {
            List<Long> some = take(open);
            var unused = store.settle(finished(outcome, reason, some));
            if (outcome == Outcome.NORMAL) {
                normal += some.size();
            } else {
                late += some.size();
            }
        }

        private void settleDurable() {
            List<Long> some = take(durable);
            var unused = store.settle(finished(Outcome.NORMAL, "", some));
            durableNormal += some.size();
        }

        private List<Long> take(List<Long> entries) {
            List<Long> taken = List.copyOf(entries.subList(0, Math.min(entries.size(), random.nextInt(4))));
            entries.removeAll(taken);
            return taken;
        }

        void restart() throws IOException {
            store.close();
            stopped += open.size();
            open.clear();
            store = VolatileSourceTest.open(home);
        }

        /** The files as a killed process leaves them, at a moment when all is committed. */
        void crash() throws IOException {
            commitAll(store);
            Path next = Files.createDirectory(directory.resolve("home-" + ++homes));
            for (String name : new String[] {"qanat.db", "qanat.db-wal"}) {
                Files.copy(home.resolve(name), next.resolve(name));
            }
            store.close();
            home = next;
            crashed += open.size();
            open.clear();
            store = VolatileSourceTest.open(home);
        }

        void checkAndClose() throws IOException {
            commitAll(store);
            Map<String, Long> dropped = new TreeMap<>(Map.of("crash", crashed, "stop", stopped));
            dropped.values().removeIf(count -> count == 0);
            InputLedger fast = requireNonNull(store.input().get(FAST));
            assertThat(fast)
                    .isEqualTo(new InputLedger(received, normal, 0, Map.of("late", late), dropped, open.size(), 0, 0))
                    .matches(InputLedger::balanced);
            assertThat(store.input().get(PLANT))
                    .isEqualTo(new InputLedger(
                            durableReceived, durableNormal, 0, Map.of(), Map.of(), durable.size(), 0, 0));
            assertThat(store.open(PLANT)).hasSameSizeAs(durable);
            store.close();
        }
    }

    private static SqliteStore open(Path directory) throws IOException {
        return SqliteStore.open(directory, Clock.systemUTC());
    }

    private static Arrival fast(String id) {
        return Arrival.ofVolatile(FAST, Identity.of(FAST, id), NOON);
    }

    /** What was asked before is durable after it. */
    private static void commitAll(SqliteStore store) {
        store.settle(StoreFixture.sends()).join();
    }
}
