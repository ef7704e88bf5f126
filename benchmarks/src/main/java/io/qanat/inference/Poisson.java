package io.qanat.inference;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How long windows take when they arrive by chance, at shares of what saturates the model. The bound is what a window can
 * meet that finds the batcher idle or with one batch running: {@code maxDelay}, the run of a full batch, and its own run in
 * another one.
 */
final class Poisson {
    private static final int REPETITIONS = 5;
    private static final int DELAY_MILLIS = 2;
    private static final List<Double> LOADS = List.of(0.5, 0.8, 0.95);
    private static final int RUNS = 200;

    private final Bench bench;

    Poisson(Bench bench) {
        this.bench = bench;
    }

    void run(List<Subject> subjects) throws Exception {
        bench.say("| model | level | load | windows/s | p50, ms | p99, ms | bound, ms | p99 of the bound"
                + " | p99 of the submitter's lateness, ms |");
        for (Subject subject : subjects) {
            double batchNanos = batchNanos(subject);
            BatchOptions options = new BatchOptions(Level.BATCH, Duration.ofMillis(DELAY_MILLIS), 4_096);
            try (Level direct = new DirectLevel(subject, 1, options);
                    Level route = new OnnxRoute(subject, 1, options.toString())) {
                run(subject, direct, batchNanos);
                run(subject, route, batchNanos);
            }
        }
    }

    /** Nanoseconds of the slowest run in a hundred of a full batch. */
    private static double batchNanos(Subject subject) throws Exception {
        try (RawLevel raw = new RawLevel(subject, 1)) {
            Histogram times = new Histogram(3);
            for (int i = 0; i < 2 * RUNS; i++) {
                long nanos = raw.timeOf(Level.BATCH);
                if (i >= RUNS) {
                    times.recordValue(nanos);
                }
            }
            return times.getValueAtPercentile(99);
        }
    }

    private void run(Subject subject, Level level, double batchNanos) throws Exception {
        level.saturate(5 * bench.nanos());
        for (double load : LOADS) {
            print(subject.label() + " | " + level.label(), load, batchNanos, measure(subject, level, load));
        }
        if (level.failed() > 0) {
            throw new IllegalStateException(level.failed() + " windows failed: the times say nothing");
        }
    }

    /** One measurement each of the windows in a second, and of times in nanoseconds. */
    private record Measured(Spread rate, Spread p50, Spread p99, Spread late) {}

    private Measured measure(Subject subject, Level level, double load) throws Exception {
        double[] rate = new double[REPETITIONS];
        double[] p50 = new double[REPETITIONS];
        double[] p99 = new double[REPETITIONS];
        double[] late = new double[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            bench.progress(
                    "Poisson arrivals for %s, %s, %.0f %%, round %d of %d",
                    subject.label(), level.label(), 100 * load, i + 1, REPETITIONS);
            // Anew each time: what saturates the model drifts with the machine.
            rate[i] = load * 1e9 / level.saturate(bench.nanos()).nanosPerRow();
            Arrivals.Took took = new Arrivals(level, rate[i]).during(5 * bench.nanos());
            p50[i] = took.latencies().getValueAtPercentile(50);
            p99[i] = took.latencies().getValueAtPercentile(99);
            late[i] = took.late().getValueAtPercentile(99);
        }
        return new Measured(new Spread(rate), new Spread(p50), new Spread(p99), new Spread(late));
    }

    private void print(String of, double load, double batchNanos, Measured measured) {
        double bound = DELAY_MILLIS * 1e6 + 2 * batchNanos;
        bench.say(String.format(
                Locale.ROOT,
                "| %s | %.0f %% | %.0f | %s | %s | %.2f | %.2f | %.2f |",
                of,
                100 * load,
                measured.rate.median(),
                measured.p50.text(1e6),
                measured.p99.text(1e6),
                bound / 1e6,
                measured.p99.median() / bound,
                measured.late.median() / 1e6));
    }
}
