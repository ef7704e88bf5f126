package io.qanat.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * What was scored under one model name since it was first active, over all its versions.
 *
 * <p>Threads: any.
 */
final class BatchFigures {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1_000;

    private final LongAdder batches = new LongAdder();
    private final LongAdder windows = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final ConcurrentHistogram latency = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);

    void batch(int size) {
        batches.increment();
        windows.add(size);
    }

    void failure() {
        failures.increment();
    }

    /** Of one window, from the arrival of its last reading to its score. */
    void latency(long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
        latency.recordValue(Math.min(Math.max(micros, 0), LONGEST_MICROS));
    }

    Map<String, Number> figures(int queueDepth) {
        long runs = batches.sum();
        Map<String, Number> figures = new HashMap<>();
        figures.put("batches", runs);
        figures.put("windows", windows.sum());
        figures.put("meanBatchSize", runs == 0 ? 0.0 : (double) windows.sum() / runs);
        figures.put("failures", failures.sum());
        figures.put("queueDepth", queueDepth);
        figures.put("latencyP50Millis", percentile(50));
        figures.put("latencyP95Millis", percentile(95));
        figures.put("latencyP99Millis", percentile(99));
        return figures;
    }

    private double percentile(double percent) {
        return latency.getValueAtPercentile(percent) / MICROS_PER_MILLI;
    }
}
