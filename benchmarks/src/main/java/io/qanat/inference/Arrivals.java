package io.qanat.inference;

import io.qanat.api.Window;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Windows that arrive as independent assets send them: the gaps between them are exponential (a Poisson process). Latency
 * counts from the moment at which a window should have arrived, also when the one before held the submitter up, so nothing
 * is left out (no coordinated omission).
 *
 * <p>Threads: one submits.
 */
final class Arrivals {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    /** Waking up takes about this long: a nearer arrival is waited for in a loop. */
    private static final long NEAR_NANOS = 100_000;

    private final Random random = new Random(11);
    private final Level level;
    private final double gapNanos;

    /** @param perSecond windows that arrive in a second at the mean */
    Arrivals(Level level, double perSecond) {
        this.level = level;
        this.gapNanos = 1e9 / perSecond;
    }

    /**
     * What came of arrivals, in nanoseconds.
     *
     * @param latencies from when a window should have arrived to its score
     * @param late from when it should have arrived to its submission: the machine had no time for it, or the queue no room
     */
    record Took(Histogram latencies, Histogram late) {}

    /** All that should arrive in so many nanoseconds. */
    Took during(long nanos) throws Exception {
        Took took = new Took(new ConcurrentHistogram(1, LONGEST_NANOS, 3), new Histogram(1, LONGEST_NANOS, 3));
        AtomicLong waiting = new AtomicLong(1);
        CountDownLatch all = new CountDownLatch(1);
        long start = System.nanoTime();
        double next = start;
        for (int i = 0; next - start < nanos; i++) {
            next -= gapNanos * Math.log(1 - random.nextDouble());
            submit(i, (long) next, took, waiting, all);
        }
        arrived(waiting, all);
        all.await();
        return took;
    }

    private void submit(int index, long intended, Took took, AtomicLong waiting, CountDownLatch all) throws Exception {
        for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
            if (left > NEAR_NANOS) {
                LockSupport.parkNanos(left - NEAR_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
        took.late.recordValue(Math.max(1, Math.min(LONGEST_NANOS, System.nanoTime() - intended)));
        Window window = level.windows.get(index % level.windows.size());
        waiting.incrementAndGet();
        level.submit(window, () -> {
            took.latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - intended));
            arrived(waiting, all);
        });
    }

    private static void arrived(AtomicLong waiting, CountDownLatch all) {
        if (waiting.decrementAndGet() == 0) {
            all.countDown();
        }
    }
}
