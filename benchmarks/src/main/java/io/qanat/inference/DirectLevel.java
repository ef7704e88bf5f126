package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.Score;
import io.qanat.api.Window;
import java.nio.file.Path;
import java.util.List;

/** The batcher's own interface. */
final class DirectLevel extends Level {
    private final Models models = new Models();
    private final DynamicBatcher batcher;
    private final Counted counted = new Counted(this, this::completeOne);

    DirectLevel(Subject subject, int instances) throws Exception {
        this(subject, instances, new BatchOptions(BATCH, java.time.Duration.ZERO, 1024));
    }

    DirectLevel(Subject subject, int instances, BatchOptions options) throws Exception {
        super(subject.windows(), instances);
        String name = models.activate(subject.folder()).name();
        batcher = models.open(name, options, wanted -> new Placement(instances, 1, Placement.CPU), "onnx:" + name);
    }

    @Override
    String label() {
        return "direct";
    }

    /** Makes another version of the model the active one. */
    void activate(Path folder) throws ModelException {
        models.activate(folder);
    }

    @Override
    void submit(Window window) {
        batcher.submit(window, counted);
    }

    @Override
    void submit(Window window, Runnable done) {
        batcher.submit(window, new Counted(this, done));
    }

    @Override
    public void close() {
        models.close();
    }

    private record Counted(Level level, Runnable done) implements ScoreCallback {
        @Override
        public void scored(List<Score> scores, boolean sync) {
            done.run();
        }

        @Override
        public void failed(ScoringException failure, boolean sync) {
            level.failOne();
            done.run();
        }
    }
}
