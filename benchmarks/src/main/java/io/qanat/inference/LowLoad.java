package io.qanat.inference;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** What one request at a time costs over the raw run, with the model idle when it comes. */
final class LowLoad {
    private static final int REPETITIONS = 15;
    private static final int WARM_UPS = 2;
    private static final long PACE_NANOS = 500_000;
    private static final int REQUESTS = 2_000;

    private final Bench bench;

    LowLoad(Bench bench) {
        this.bench = bench;
    }

    void run(Subject subject) throws Exception {
        List<Level> levels = List.of(new RawLevel(subject, 1), new DirectLevel(subject, 1), new OnnxRoute(subject, 1));
        double[][] p50 = new double[levels.size()][REPETITIONS];
        double[][] p99 = new double[levels.size()][REPETITIONS];
        double[] bytes = new double[levels.size()];
        for (int i = -WARM_UPS; i < REPETITIONS; i++) {
            bench.progress("one request each 0.5 ms, round %d of %d", i + 1, REPETITIONS);
            for (int level = 0; level < levels.size(); level++) {
                long before = Level.allocated();
                long[] times = times(levels.get(level));
                bytes[level] = (double) (Level.allocated() - before) / times.length;
                if (i >= 0) {
                    p50[level][i] = times[times.length / 2];
                    p99[level][i] = times[times.length * 99 / 100];
                }
            }
        }
        for (Level level : levels) {
            level.close();
        }
        print(subject, levels, p50, p99, bytes);
    }

    private void print(Subject subject, List<Level> levels, double[][] p50, double[][] p99, double[] bytes) {
        bench.say("| model | level, one each 0.5 ms | us | added over raw, us | per request |");
        for (int level = 0; level < levels.size(); level++) {
            double median50 = new Spread(p50[level]).median();
            double median99 = new Spread(p99[level]).median();
            bench.say(String.format(
                    Locale.ROOT,
                    "| %s | %s | p50 %.1f, p99 %.1f | added p50 %.1f, p99 %.1f | %.0f bytes |",
                    subject.label(),
                    levels.get(level).label(),
                    median50 / 1e3,
                    median99 / 1e3,
                    (median50 - new Spread(p50[0]).median()) / 1e3,
                    (median99 - new Spread(p99[0]).median()) / 1e3,
                    bytes[level]));
        }
    }

    private static long[] times(Level level) throws Exception {
        long[] times = new long[REQUESTS];
        long next = System.nanoTime();
        for (int i = 0; i < times.length; i++) {
            next += PACE_NANOS;
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            long start = System.nanoTime();
            level.one(i);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return times;
    }
}
