package io.qanat.benchmarks;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Latencies from when something was due, not from when it could be sent: a stall then tells for all that it held up.
 *
 * <p>Threads: any.
 */
final class Latencies {
    private static final int DIGITS = 3;

    private final Histogram nanos = new ConcurrentHistogram(DIGITS);

    void since(long dueNanos) {
        nanos.recordValue(Math.max(0, System.nanoTime() - dueNanos));
    }

    long count() {
        return nanos.getTotalCount();
    }

    /** @param percentile 0 to 100 */
    double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Median, 99th percentile and the longest. */
    String line() {
        return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms, max %.1f ms", millis(50), millis(99), millis(100));
    }
}
