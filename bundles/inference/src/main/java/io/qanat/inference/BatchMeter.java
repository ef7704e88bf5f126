package io.qanat.inference;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts batches and measures their latency, since the gateway started. Threads: any. */
final class BatchMeter {
    /** One minute; what takes longer is recorded as one minute. */
    private static final long HIGHEST_MICROS = 60_000_000;

    private static final int DIGITS = 2;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Histogram latency = new Histogram(HIGHEST_MICROS, DIGITS);
    private final Histogram queued = new Histogram(HIGHEST_MICROS, DIGITS);
    private final Histogram computed = new Histogram(HIGHEST_MICROS, DIGITS);
    private long batches;
    private long windows;
    private long failures;

    /** @param startedNanos when the run began, {@code finishedNanos} when its scores were there */
    synchronized void record(List<Request> batch, long startedNanos, long finishedNanos) {
        batches++;
        windows += batch.size();
        record(computed, finishedNanos - startedNanos);
        for (int i = 0; i < batch.size(); i++) {
            Request request = batch.get(i);
            record(queued, startedNanos - request.submittedNanos());
            record(latency, finishedNanos - request.window().arrivalNanos());
            if (request.failed()) {
                failures++;
            }
        }
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    synchronized Map<String, Number> figures() {
        Map<String, Number> figures = new TreeMap<>();
        figures.put("batches", batches);
        figures.put("windows", windows);
        figures.put("failures", failures);
        figures.put("meanBatchSize", batches == 0 ? 0.0 : (double) windows / batches);
        figures.put("latencyP50Millis", latency.getValueAtPercentile(50) / MICROS_PER_MILLI);
        figures.put("latencyP95Millis", latency.getValueAtPercentile(95) / MICROS_PER_MILLI);
        figures.put("latencyP99Millis", latency.getValueAtPercentile(99) / MICROS_PER_MILLI);
        figures.put("queueMicrosP50", queued.getValueAtPercentile(50));
        figures.put("computeMicrosP50", computed.getValueAtPercentile(50));
        return figures;
    }
}
