package io.qanat.benchmarks;

import io.qanat.api.OutboxMessage.Priority;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A backlog of alarms is drained while live ones come in and overtake it. The endpoint is a step that answers at once: this
 * shows what the outbox allows, not what a network does.
 *
 * @param alarms in the backlog
 */
record BacklogBench(Path folder, int alarms) {
    private static final int WINDOW = 64;
    private static final String OPTIONS = "inFlight=" + WINDOW;
    private static final int BARE_ALARMS = 50_000;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LIMIT_SECONDS = 600;
    private static final int LOOKS = 4;

    void run() throws Exception {
        Heap heap = new Heap();
        List<Double> bare = new ArrayList<>(List.of(bare("before.db")));
        try (Forwarding forwarding = new Forwarding(folder.resolve("backlog"), Clock.systemUTC())) {
            forwarding.store().limit(Rows.CLOUD, Long.MAX_VALUE);
            System.out.printf("a backlog of %,d alarms, live ones every 20 ms, %s:%n", alarms, OPTIONS);
            Enqueuer enqueuer = fill(forwarding, heap);
            Endpoint endpoint = new Endpoint(alarms);
            int live = drain(forwarding, endpoint, heap);
            report(forwarding, endpoint, live, heap);
            bare.add(bare("after.db"));
            System.out.println("  " + new Series("bare SQLite, reading and deleting, rows/s", bare).line("%,10.0f"));
            BitSet all = new BitSet();
            all.set(0, alarms + live);
            new Balance(forwarding).check(alarms + live, enqueuer.readings(), all, endpoint);
        }
    }

    /** What SQLite alone allows: as many rows as there are places in the window are read and deleted in a transaction. */
    private double bare(String name) throws Exception {
        try (BareSqlite sqlite = new BareSqlite(folder.resolve(name))) {
            for (int first = 0; first < BARE_ALARMS; first += Rows.GROUP) {
                sqlite.outbox(Rows.alarms(first, Rows.GROUP, number -> Priority.MEDIUM));
            }
            long begin = System.nanoTime();
            int drained = 0;
            for (int group = sqlite.drain(WINDOW); group > 0; group = sqlite.drain(WINDOW)) {
                drained += group;
            }
            return drained / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private Enqueuer fill(Forwarding forwarding, Heap heap) {
        Enqueuer enqueuer = new Enqueuer(forwarding.store());
        long begin = System.nanoTime();
        for (int first = 0; first < alarms; first += Rows.GROUP) {
            enqueuer.store(Rows.alarms(
                    first,
                    Math.min(Rows.GROUP, alarms - first),
                    number -> Priority.values()[(int) number % Priority.values().length]));
            if (first % (alarms / LOOKS + 1) < Rows.GROUP) {
                heap.look();
                Progress.say("backlog: %,d stored".formatted(first));
            }
        }
        enqueuer.finish();
        System.out.printf(
                "  stored in groups of %d with their readings: %,.0f alarms/s%n",
                Rows.GROUP, alarms / ((System.nanoTime() - begin) / 1e9));
        return enqueuer;
    }

    /** @return how many live alarms there were */
    private int drain(Forwarding forwarding, Endpoint endpoint, Heap heap) throws Exception {
        forwarding.start(Rows.CLOUD, OPTIONS, route -> route.process(endpoint));
        // What is stored before the endpoint is found to be there belongs to the backlog.
        Waiting.until("the first alarm arrives", LIMIT_SECONDS, () -> endpoint.old() > 0);
        endpoint.liveFromNow();
        int live = 0;
        int looks = 0;
        while (endpoint.old() < alarms) {
            Waiting.until(endpoint.due(alarms + live));
            var unused =
                    forwarding.store().settle(Rows.settlement(Rows.alarms(alarms + live, 1, n -> Priority.MEDIUM)));
            live++;
            if (endpoint.old() > (long) alarms * (looks + 1) / LOOKS) {
                looks++;
                heap.look();
                Progress.say("backlog: %,d delivered".formatted(endpoint.old()));
            }
        }
        long all = alarms + live;
        Waiting.until(
                "all is delivered",
                LIMIT_SECONDS,
                () -> forwarding.ledger(Rows.CLOUD).delivered() == all);
        return live;
    }

    private void report(Forwarding forwarding, Endpoint endpoint, int live, Heap heap) {
        System.out.printf(
                "  drained at %,.0f alarms/s, with %,d live ones, %,d of which arrived before the last of the backlog%n",
                alarms / endpoint.seconds(), live, endpoint.overtook());
        System.out.println("  live ones from when they were due to the endpoint: " + endpoint.latencies.line());
        System.out.printf(
                "  file at its largest %,d MB, heap after a collection at most %.1f MiB%n",
                forwarding.fileBytes() / 1_000_000, heap.mostMib());
    }

    /** Tells the live alarms from the backlog. */
    private static final class Endpoint extends Arrivals {
        private final Latencies latencies = new Latencies();
        private final int backlog;
        private long begin;
        private long liveBegin;
        private int old;
        private long oldEnd;
        private long overtook;

        Endpoint(int backlog) {
            this.backlog = backlog;
        }

        synchronized void liveFromNow() {
            liveBegin = System.nanoTime();
        }

        synchronized long due(long number) {
            return liveBegin + (number - backlog) * PERIOD_NANOS;
        }

        @Override
        synchronized void arrived(long number) {
            begin = begin == 0 ? System.nanoTime() : begin;
            if (number >= backlog) {
                latencies.since(due(number));
            } else if (!has(number) && ++old == backlog) {
                oldEnd = System.nanoTime();
                overtook = latencies.count();
            }
            super.arrived(number);
        }

        synchronized int old() {
            return old;
        }

        synchronized long overtook() {
            return overtook;
        }

        synchronized double seconds() {
            return (oldEnd - begin) / 1e9;
        }
    }
}
