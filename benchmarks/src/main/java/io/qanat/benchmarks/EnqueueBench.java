package io.qanat.benchmarks;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.store.SqliteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many rows a second become durable: in the store, in bare SQLite and in a file that is forced to the disk; in groups, and
 * one at a time from several threads.
 *
 * @param seconds of one measurement
 */
record EnqueueBench(Path folder, int rounds, int threads, double seconds) {
    private static final String RATE = "%,10.0f";
    private static final int WARM_UP = 2;

    void run() throws Exception {
        try (SqliteStore store = SqliteStore.open(folder.resolve("store"), Clock.systemUTC());
                BareSqlite sqlite = new BareSqlite(folder.resolve("bare.db"));
                BareLog log = new BareLog(folder.resolve("bare.log"))) {
            store.limit(Rows.CLOUD, Long.MAX_VALUE);
            Sides sides = new Sides(store, sqlite, log, new AtomicLong());
            compare("alarms in groups of " + Rows.GROUP, sides.alarms(new Load(1, seconds), Rows.GROUP));
            compare("alarms one at a time, " + threads + " threads", sides.alarms(new Load(threads, seconds), 1));
            compare(
                    "readings, " + Rows.GROUP + " and then the wait for the last",
                    sides.readings(new Load(1, seconds), Rows.GROUP));
            compare("readings one at a time, " + threads + " threads", sides.readings(new Load(threads, seconds), 1));
        }
    }

    private void compare(String what, Turns<Double> turns) throws Exception {
        Progress.say("enqueue: " + what);
        Map<String, List<Double>> measured = turns.take(WARM_UP, rounds);
        List<Series> series = measured.entrySet().stream()
                .map(side -> new Series(side.getKey(), side.getValue()))
                .toList();
        System.out.println(what + ", rows/s:");
        series.forEach(side -> System.out.println("  " + side.line(RATE)));
        Series store = series.get(0);
        for (Series bare : series.subList(1, series.size())) {
            System.out.println("  "
                    + store.dividedBy(store.name() + " divided by " + bare.name(), bare)
                            .line("%10.2f"));
        }
    }

    /** The three sides of each comparison. */
    private record Sides(SqliteStore store, BareSqlite sqlite, BareLog log, AtomicLong numbers) {
        Turns<Double> alarms(Load load, int group) {
            return new Turns<Double>()
                    .with(
                            "outbox",
                            () -> load.rate(() -> {
                                store.settle(Rows.settlement(nextAlarms(group))).join();
                                return group;
                            }))
                    .with("bare SQLite", () -> load.rate(() -> sqlite.outbox(nextAlarms(group))))
                    .with(
                            "bare fsync",
                            () -> load.rate(() -> log.write(nextAlarms(group).stream()
                                    .map(OutboxMessage::payload)
                                    .toList())));
        }

        Turns<Double> readings(Load load, int group) {
            return new Turns<Double>()
                    .with("journal", () -> load.rate(() -> journal(group)))
                    .with("bare SQLite", () -> load.rate(() -> sqlite.journal(nextReadings(group))))
                    .with(
                            "bare fsync",
                            () -> load.rate(() -> log.write(nextReadings(group).stream()
                                    .map(Arrival::payload)
                                    .toList())));
        }

        private int journal(int group) {
            List<CompletableFuture<Admission>> admissions =
                    nextReadings(group).stream().map(store::append).toList();
            admissions.get(group - 1).join();
            return group;
        }

        private List<OutboxMessage> nextAlarms(int group) {
            return Rows.alarms(numbers.getAndAdd(group), group, number -> Priority.MEDIUM);
        }

        private List<Arrival> nextReadings(int group) {
            long first = numbers.getAndAdd(group);
            List<Arrival> readings = new ArrayList<>(group);
            for (long number = first; number < first + group; number++) {
                readings.add(Rows.reading(number));
            }
            return readings;
        }
    }
}
