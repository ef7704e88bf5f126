package io.qanat.benchmarks;

import io.qanat.api.OutboxMessage.Priority;
import java.nio.file.Path;
import java.time.Clock;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * A backlog of alarms is drained while live ones come in and overtake it. The endpoint is a step that answers at once: this
 * shows what the outbox allows, not what a network does.
 *
 * @param alarms in the backlog
 */
record BacklogBench(Path folder, int alarms) {
    private static final String OPTIONS = "inFlight=64";
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LIMIT_SECONDS = 600;
    private static final int LOOKS = 4;

    void run() throws Exception {
        Heap heap = new Heap();
        try (Forwarding forwarding = new Forwarding(folder.resolve("backlog"), Clock.systemUTC())) {
            forwarding.store().limit(Rows.CLOUD, Long.MAX_VALUE);
            System.out.printf("a backlog of %,d alarms, live ones every 20 ms, %s:%n", alarms, OPTIONS);
            Enqueuer enqueuer = fill(forwarding, heap);
            Endpoint endpoint = new Endpoint(alarms, System.nanoTime());
            int live = drain(forwarding, endpoint, heap);
            report(forwarding, endpoint, live, heap);
            BitSet all = new BitSet();
            all.set(0, alarms + live);
            new Balance(forwarding).check(alarms + live, enqueuer.readings(), all, endpoint);
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
        private final long begin;
        private int old;
        private long oldEnd;
        private long overtook;

        Endpoint(int backlog, long begin) {
            this.backlog = backlog;
            this.begin = begin;
        }

        long due(long number) {
            return begin + (number - backlog) * PERIOD_NANOS;
        }

        @Override
        synchronized void arrived(long number) {
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
