package io.qanat.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a window costs when as many arrive as can be scored: each level beside the raw loop of the same round. */
final class Saturation {
    private static final int REPETITIONS = 15;
    private static final int WARM_UPS = 2;

    private final Bench bench;
    private final List<Integer> sessions;

    /** @param sessions how many a model gets, one measurement of each level for each number */
    Saturation(Bench bench, List<Integer> sessions) {
        this.bench = bench;
        this.sessions = List.copyOf(sessions);
    }

    void run(List<Subject> subjects) throws Exception {
        bench.say(
                "| model | level, sessions | us per window by the clock | over raw | us of the busiest thread | over raw"
                        + " | of raw | bytes per window |");
        for (Subject subject : subjects) {
            run(subject);
        }
    }

    private void run(Subject subject) throws Exception {
        List<Level> levels = new ArrayList<>();
        for (int instances : sessions) {
            levels.add(new RawLevel(subject, instances));
            levels.add(new DirectLevel(subject, instances));
            levels.add(new OnnxRoute(subject, instances));
        }
        levels.add(new EmptyRoute(subject.windows()));
        double[][] nanos = new double[levels.size()][REPETITIONS];
        double[][] busy = new double[levels.size()][REPETITIONS];
        double[][] bytes = new double[levels.size()][REPETITIONS];
        for (int i = -WARM_UPS; i < REPETITIONS; i++) {
            bench.progress("saturation of %s, round %d of %d", subject.label(), i + 1, REPETITIONS);
            for (int level = 0; level < levels.size(); level++) {
                Level.Measured measured = levels.get(level).saturate(bench.nanos());
                if (i >= 0) {
                    nanos[level][i] = measured.nanosPerRow();
                    busy[level][i] = measured.busyPerRow();
                    bytes[level][i] = measured.bytesPerRow();
                }
            }
        }
        for (Level level : levels) {
            level.close();
        }
        print(subject, levels, nanos, busy, bytes);
    }

    private void print(Subject subject, List<Level> levels, double[][] nanos, double[][] busy, double[][] bytes) {
        Spread raw = new Spread(nanos[0]);
        Spread rawBusy = new Spread(busy[0]);
        for (int i = 0; i < levels.size(); i++) {
            Spread clock = new Spread(nanos[i]);
            Spread thread = new Spread(busy[i]);
            String made = String.format(Locale.ROOT, "%.0f", new Spread(bytes[i]).median());
            String name = "| " + subject.label() + " | " + levels.get(i).label();
            if (i == levels.size() - 1) {
                bench.say(name + " | " + clock.text(1e3) + " | - | " + thread.text(1e3) + " | - | - | " + made + " |");
                continue;
            }
            if (levels.get(i) instanceof RawLevel) {
                raw = clock;
                rawBusy = thread;
            }
            bench.say(String.format(
                    Locale.ROOT,
                    "%s, %d | %s | %.2f | %s | %.2f | %.0f %% | %s |",
                    name,
                    levels.get(i).instances,
                    clock.text(1e3),
                    (clock.median() - raw.median()) / 1e3,
                    thread.text(1e3),
                    (thread.median() - rawBusy.median()) / 1e3,
                    100 * rawBusy.median() / thread.median(),
                    made));
        }
    }
}
