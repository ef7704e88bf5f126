package io.qanat.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * What was scored under one model name since it was first active, over all its versions.
 *
 * <p>Threads: any; each batch is recorded under one lock.
 */
final class BatchFigures {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1_000;

    /** A new measurement weighs an eighth: one slow run, such as the first, is forgotten after a few. */
    private static final int SMOOTHING = 8;

    private final Histogram latency = new Histogram(LONGEST_MICROS, DIGITS);
    private final Histogram queueTime = new Histogram(LONGEST_MICROS, DIGITS);
    private final Histogram computeTime = new Histogram(LONGEST_MICROS, DIGITS);

    /** By the largest power of two that is not above the size. */
    private final TreeMap<Integer, Long> sizes = new TreeMap<>();

    private final Map<String, Long> rejected = new TreeMap<>();
    private long batches;
    private long windows;
    private final AtomicInteger running = new AtomicInteger();
    private volatile long singleRunNanos;
    private RunTimes times = new RunTimes();

    /** How long a run of one window takes, as smoothed average; 0 when none was measured. */
    long singleRunNanos() {
        return singleRunNanos;
    }

    /** As the self-test of what runs measured it. */
    void singleRun(long nanos) {
        singleRunNanos = nanos;
    }

    private void single(long nanos) {
        long before = singleRunNanos;
        singleRunNanos = before == 0 ? nanos : before + (nanos - before) / SMOOTHING;
    }

    /**
     * Another version runs: what was measured of the one before says nothing about it.
     *
     * @param nanos how long a run of one window took in its self-test
     * @return how long the runs of the one before took
     */
    synchronized RunTimes nextVersion(long nanos) {
        singleRunNanos = nanos;
        RunTimes before = times;
        times = new RunTimes();
        return before;
    }

    /** So many windows more are in a run. */
    void running(int more) {
        running.addAndGet(more);
    }

    /** A batch got its scores. Times are {@link System#nanoTime()} around the run. */
    synchronized void ran(Batch batch, long start, long end) {
        batches++;
        windows += batch.rows();
        sizes.merge(Integer.highestOneBit(batch.rows()), 1L, Long::sum);
        record(computeTime, end - start);
        times.add(batch.rows(), end - start);
        if (batch.rows() == 1) {
            single(end - start);
        }
        for (Request request : batch.requests()) {
            if (!request.failed()) {
                record(queueTime, start - request.submitted);
                request.windows.forEach(window -> record(latency, end - window.arrivalNanos()));
            }
        }
    }

    /** Counts what failed in the batch. */
    void completed(Batch batch) {
        for (Request request : batch.requests()) {
            if (request.failed()) {
                refused(request);
            }
        }
    }

    synchronized void refused(Request request) {
        request.failure().ifPresent(failure -> rejected.merge(failure.reason(), (long) request.rows(), Long::sum));
    }

    private static void record(Histogram histogram, long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
        histogram.recordValue(Math.min(Math.max(micros, 0), LONGEST_MICROS));
    }

    /**
     * @param queueDepth windows that wait
     * @param nativeBytes of buffers and model files
     */
    synchronized Map<String, Number> figures(int queueDepth, long nativeBytes) {
        Map<String, Number> figures = new HashMap<>();
        figures.put("batches", batches);
        figures.put("windows", windows);
        figures.put("meanBatchSize", batches == 0 ? 0.0 : (double) windows / batches);
        figures.put(
                "failures",
                rejected.values().stream().mapToLong(Long::longValue).sum());
        figures.put("queueDepth", queueDepth);
        figures.put("inFlight", running.get());
        figures.put("nativeBytes", nativeBytes);
        percentiles(figures, "latency", latency);
        percentiles(figures, "queueTime", queueTime);
        percentiles(figures, "computeTime", computeTime);
        rejected.forEach((reason, count) -> figures.put("rejected." + reason, count));
        sizes.forEach((size, count) -> figures.put("batchSize." + size, count));
        return figures;
    }

    private static void percentiles(Map<String, Number> figures, String name, Histogram histogram) {
        figures.put(name + "P50Millis", histogram.getValueAtPercentile(50) / MICROS_PER_MILLI);
        figures.put(name + "P95Millis", histogram.getValueAtPercentile(95) / MICROS_PER_MILLI);
        figures.put(name + "P99Millis", histogram.getValueAtPercentile(99) / MICROS_PER_MILLI);
    }
}
