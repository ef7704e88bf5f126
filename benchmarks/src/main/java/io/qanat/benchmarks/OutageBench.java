package io.qanat.benchmarks;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage.Priority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.BitSet;
import org.apache.camel.Exchange;

/**
 * The endpoint is away for hours, in which {@value #PER_SECOND} alarms come in each second, and then it is back. The gateway's
 * time is simulated: one group of alarms is a second of it, and the next group comes as soon as the store takes it. The
 * outbox keeps what its {@code maxBytes} allow.
 *
 * @param maxBytes of the outbox
 */
record OutageBench(Path folder, int hours, long maxBytes) {
    private static final int PER_SECOND = Rows.GROUP;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final long LIMIT_SECONDS = 600;

    /** The endpoint's waits are in the machine's time, which runs much faster than the gateway's. */
    private static final String OPTIONS = "inFlight=64&backoff=100&maxBackoff=1000";

    void run() throws Exception {
        int alarms = PER_SECOND * SECONDS_PER_HOUR * hours;
        SimulatedClock clock = new SimulatedClock();
        Heap heap = new Heap();
        Endpoint endpoint = new Endpoint();
        try (Forwarding forwarding = new Forwarding(folder.resolve("outage"), clock)) {
            forwarding.store().limit(Rows.CLOUD, maxBytes);
            forwarding.start(Rows.CLOUD, OPTIONS, route -> route.process(endpoint));
            System.out.printf(
                    "an outage of %d h at %d alarms/s, %,d alarms; maxBytes %,d:%n",
                    hours, PER_SECOND, alarms, maxBytes);
            Enqueuer enqueuer = outage(forwarding, clock, heap);
            recover(forwarding, endpoint, heap);
            new Balance(forwarding).check(alarms, enqueuer.readings(), kept(alarms), endpoint);
        }
    }

    private Enqueuer outage(Forwarding forwarding, SimulatedClock clock, Heap heap) {
        Enqueuer enqueuer = new Enqueuer(forwarding.store());
        long begin = System.nanoTime();
        long largest = 0;
        for (int second = 0; second < hours * SECONDS_PER_HOUR; second++) {
            clock.pass(Duration.ofSeconds(1));
            enqueuer.store(Rows.alarms((long) second * PER_SECOND, PER_SECOND, OutageBench::priority));
            if ((second + 1) % SECONDS_PER_HOUR == 0) {
                largest = Math.max(largest, forwarding.fileBytes());
                heap.look();
                tell((second + 1) / SECONDS_PER_HOUR, forwarding);
            }
        }
        enqueuer.finish();
        System.out.printf(
                "  stored %,.0f alarms/s; file at its largest %,d MB, heap after a collection at most %.1f MiB%n",
                (double) PER_SECOND * SECONDS_PER_HOUR * hours / ((System.nanoTime() - begin) / 1e9),
                largest / 1_000_000,
                heap.mostMib());
        return enqueuer;
    }

    private static void tell(int hour, Forwarding forwarding) {
        DeliveryLedger ledger = forwarding.ledger(Rows.CLOUD);
        Progress.say("outage: hour %d, %,d pending, %,d dropped, file %,d MB"
                .formatted(hour, ledger.pending(), ledger.dropped(), forwarding.fileBytes() / 1_000_000));
    }

    private static void recover(Forwarding forwarding, Endpoint endpoint, Heap heap) throws InterruptedException {
        long pending = forwarding.ledger(Rows.CLOUD).pending();
        long begin = System.nanoTime();
        endpoint.back = true;
        Waiting.until(
                "what was kept is delivered",
                LIMIT_SECONDS,
                () -> forwarding.ledger(Rows.CLOUD).pending() == 0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        heap.look();
        System.out.printf(
                "  back: %,d delivered in %.1f s, %,.0f alarms/s; heap at most %.1f MiB, file %,d MB%n",
                pending, seconds, pending / seconds, heap.mostMib(), forwarding.fileBytes() / 1_000_000);
    }

    /** One in a hundred is critical, 4 are high, 15 medium, 80 low. */
    private static Priority priority(long number) {
        long place = number % 100;
        if (place == 0) {
            return Priority.CRITICAL;
        }
        return place < 5 ? Priority.HIGH : place < 20 ? Priority.MEDIUM : Priority.LOW;
    }

    /** What there is room for: the higher classes, and of the class that has only some, the newest. */
    private BitSet kept(int alarms) {
        BitSet kept = new BitSet(alarms);
        long room = maxBytes / Rows.COUNTED_BYTES;
        for (int rank = Priority.values().length - 1; rank >= 0; rank--) {
            for (int number = alarms - 1; number >= 0 && room > 0; number--) {
                if (priority(number).ordinal() == rank) {
                    kept.set(number);
                    room--;
                }
            }
        }
        return kept;
    }

    /** Away until it is back. */
    private static final class Endpoint extends Arrivals {
        private volatile boolean back;

        @Override
        public void process(Exchange exchange) throws Exception {
            if (!back) {
                throw new IOException("the endpoint is away");
            }
            super.process(exchange);
        }
    }

    /** Passes when it is told to. */
    private static final class SimulatedClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-02T12:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
