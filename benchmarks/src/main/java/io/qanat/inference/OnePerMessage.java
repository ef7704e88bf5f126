package io.qanat.inference;

import java.util.List;
import java.util.Locale;

/** A run for each message against batches of what waits, through a route, the two alternating. */
final class OnePerMessage {
    private static final int REPETITIONS = 7;
    private static final int WARM_UPS = 2;

    private final Bench bench;

    OnePerMessage(Bench bench) {
        this.bench = bench;
    }

    void run(List<Subject> subjects) throws Exception {
        bench.say("| model | us per window, a run for each | us per window, in batches of up to " + Level.BATCH
                + " | times as many windows |");
        for (Subject subject : subjects) {
            run(subject);
        }
    }

    private void run(Subject subject) throws Exception {
        double[] alone = new double[REPETITIONS];
        double[] batched = new double[REPETITIONS];
        try (Level one = new OnnxRoute(subject, 1, "maxBatch=1");
                Level many = new OnnxRoute(subject, 1)) {
            for (int i = -WARM_UPS; i < REPETITIONS; i++) {
                bench.progress("one run per message of %s, round %d of %d", subject.label(), i + 1, REPETITIONS);
                double nanosAlone = one.saturate(bench.nanos()).nanosPerRow();
                double nanosBatched = many.saturate(bench.nanos()).nanosPerRow();
                if (i >= 0) {
                    alone[i] = nanosAlone;
                    batched[i] = nanosBatched;
                }
            }
        }
        Spread ratio = new Spread(alone).dividedBy(new Spread(batched));
        bench.say(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |",
                subject.label(),
                new Spread(alone).text(1e3),
                new Spread(batched).text(1e3),
                ratio.text(1)));
    }
}
