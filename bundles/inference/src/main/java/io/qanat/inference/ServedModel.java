package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model name that routes hold on to while its versions come and go.
 *
 * <p>Its batcher lives from the first endpoint to the last. Threads: any; reading the status never waits.
 */
final class ServedModel {
    private final String name;
    private final BatchFigures figures = new BatchFigures();
    private volatile ModelSession session;
    private volatile @Nullable Use use;
    private int users;

    ServedModel(ModelSession session) {
        this.name = session.manifest().name();
        this.session = session;
    }

    /** Switches to another version and closes the one before it, which has then done all that it was given. */
    synchronized void replace(ModelSession next) throws ModelException {
        Use current = use;
        if (current != null) {
            requireSameWindow(next.manifest(), current);
            current.batcher.swap(next);
        }
        ModelSession old = session;
        session = next;
        old.close();
    }

    private void requireSameWindow(Manifest next, Use current) throws ModelException {
        Manifest now = session.manifest();
        if (!next.input().row().equals(now.input().row()) || !next.channels().equals(now.channels())) {
            throw new ModelException("model " + name + " " + next.version() + " takes windows of "
                    + next.input().row()
                    + " " + next.channels() + ", but " + current.endpoint + " gets "
                    + now.input().row() + " "
                    + now.channels() + " for version " + now.version()
                    + ": stop the route, activate, start a route that fits");
        }
    }

    /** @param endpoint its URI, for messages */
    synchronized DynamicBatcher open(BatchOptions options, String endpoint) {
        Use current = use;
        if (current == null) {
            DynamicBatcher batcher = new DynamicBatcher(session, options, figures);
            batcher.start();
            current = new Use(batcher, options, endpoint);
            use = current;
        } else if (!current.options.equals(options)) {
            throw new IllegalArgumentException(endpoint + " asks for " + options + ", but " + current.endpoint
                    + " already runs the model with " + current.options + ": give both the same options");
        }
        users++;
        return current.batcher;
    }

    /** One endpoint less. After the last one the batcher completes what it has and ends. */
    synchronized void release() {
        users--;
        if (users == 0) {
            stop();
        }
    }

    private void stop() {
        Use current = use;
        use = null;
        if (current != null) {
            current.batcher.close();
        }
    }

    /** Completes what was submitted, and frees the model. */
    synchronized void close() {
        stop();
        session.close();
    }

    ModelRef ref() {
        return session.ref();
    }

    /** Empty while no route uses the model. */
    Optional<StageStatus> status() {
        Use current = use;
        if (current == null) {
            return Optional.empty();
        }
        ModelRef ref = ref();
        Map<String, String> facts = Map.of(
                "model.name", ref.name(),
                "model.version", ref.version(),
                "model.variant", ref.variant(),
                "model.sha256", ref.sha256());
        return Optional.of(new StageStatus("onnx:" + name, figures.figures(current.batcher.queueDepth()), facts));
    }

    /** The batcher with what defined it. */
    private record Use(DynamicBatcher batcher, BatchOptions options, String endpoint) {}
}
