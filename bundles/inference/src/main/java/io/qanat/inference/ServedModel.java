package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The active version of one model name, and while routes use it the batcher that they share. The batcher outlives a
 * change of version, so routes notice nothing of it.
 *
 * <p>Threads: any. Starting, stopping and changing exclude each other; none of them belongs in a score's callback.
 */
final class ServedModel {
    private final BatchMeter meter = new BatchMeter();
    private final ReentrantLock changing = new ReentrantLock();
    private final List<ModelUse> uses = new ArrayList<>();
    private volatile LoadedModel model;
    private volatile Optional<DynamicBatcher> batcher = Optional.empty();

    ServedModel(LoadedModel model) {
        this.model = model;
    }

    ModelRef ref() {
        return model.ref();
    }

    /** Scores with {@code next} from here on; the version before is closed once its run under way is done. */
    void activate(LoadedModel next) throws ModelException {
        changing.lock();
        try {
            if (uses.isEmpty()) {
                model.close();
            } else {
                requireSameWindow(next);
                ModelSession session =
                        new ModelSession(next, uses.get(0).options().maxBatch());
                batcher.orElseThrow().swap(session);
            }
            model = next;
        } finally {
            changing.unlock();
        }
    }

    /** What waits was made for the active version, and so is what the routes will make next. */
    private void requireSameWindow(LoadedModel next) throws ModelException {
        WindowSpec used = model.manifest().window();
        WindowSpec asked = next.manifest().window();
        if (!asked.equals(used)) {
            throw new ModelException(
                    "model " + next.ref().name() + " " + next.ref().version() + " takes windows "
                            + asked + ", and " + uses.get(0).user() + " makes " + used + " for "
                            + model.ref().version() + ": stop the route first, or give the model another name");
        }
    }

    /** A step of a route starts to use the model. */
    ModelUse enter(BatchOptions options, String user) throws ModelException {
        changing.lock();
        try {
            requireSameOptions(options, user);
            if (uses.isEmpty()) {
                ModelSession session = new ModelSession(model, options.maxBatch());
                batcher = Optional.of(DynamicBatcher.start(session, options, meter));
            }
            ModelUse use = new ModelUse(this, batcher.orElseThrow(), options, user);
            uses.add(use);
            return use;
        } finally {
            changing.unlock();
        }
    }

    private void requireSameOptions(BatchOptions options, String user) throws ModelException {
        for (ModelUse use : uses) {
            if (!use.options().equals(options)) {
                throw new ModelException("steps that use one model share its batches, but " + use.user() + " has "
                        + use.options() + ", and " + user + " has " + options + ": give both the same options");
            }
        }
    }

    /** A step no longer uses the model; with the last of them the batcher ends. */
    void leave(ModelUse use) {
        changing.lock();
        try {
            if (uses.remove(use) && uses.isEmpty()) {
                batcher.ifPresent(DynamicBatcher::close);
                batcher = Optional.empty();
            }
        } finally {
            changing.unlock();
        }
    }

    /** Empty while no route uses it. */
    Optional<StageStatus> status() {
        return batcher.map(running -> {
            ModelRef active = ref();
            Map<String, Number> figures = meter.figures();
            figures.put("queueDepth", running.queueDepth());
            return new StageStatus("onnx:" + active.name(), figures, facts(active));
        });
    }

    private static Map<String, String> facts(ModelRef active) {
        return Map.of(
                "model.name", active.name(),
                "model.version", active.version(),
                "model.variant", active.variant(),
                "model.sha256", active.sha256());
    }

    /** Finishes what waits, then frees the model. */
    void close() {
        changing.lock();
        try {
            uses.clear();
            batcher.ifPresent(DynamicBatcher::close);
            batcher = Optional.empty();
            model.close();
        } finally {
            changing.unlock();
        }
    }
}
