package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model name that routes hold on to while its versions come and go.
 *
 * <p>Its batcher lives from the first endpoint to the last. Threads: any; reading the status never waits.
 */
final class ServedModel {
    private final String name;
    private final BatchFigures figures = new BatchFigures();
    private volatile Version version;
    private volatile @Nullable Use use;
    private int users;

    ServedModel(ModelPackage first) throws ModelException {
        this.name = first.manifest().name();
        this.version = Version.load(first, first.manifest().placement());
    }

    /** Switches to another version and closes the one before it, which has then done all that it was given. */
    synchronized void replace(ModelPackage next) throws ModelException {
        Use current = use;
        if (current != null) {
            requireSameWindow(next.manifest(), current);
        }
        Placement wanted = next.manifest().placement();
        // The batcher has a worker for each instance: their number stays while it runs.
        Version loaded = Version.load(next, current == null ? wanted : current.placement(version, wanted));
        if (current != null) {
            current.batcher.swap(loaded.sessions);
        }
        switchTo(loaded);
    }

    private void switchTo(Version next) {
        Version old = version;
        version = next;
        figures.expectSingleRun(next.sessions.get(0).singleRunNanos());
        old.close();
    }

    private void requireSameWindow(Manifest next, Use current) throws ModelException {
        Manifest now = version.manifest();
        if (!next.input().row().equals(now.input().row())
                || !next.channels().equals(now.channels())
                || next.input().mostWindows() < current.batcher.mostWindows()) {
            throw new ModelException("model " + name + " " + next.version() + " takes windows of "
                    + next.input().text() + " " + next.channels() + ", but " + current.endpoint + " gets "
                    + now.input().text() + " " + now.channels() + " for version " + now.version()
                    + ": stop the route, activate, start a route that fits");
        }
    }

    /**
     * @param override makes the placement of the package to the one that the endpoint wants
     * @param endpoint its URI, for messages
     */
    synchronized DynamicBatcher open(BatchOptions options, UnaryOperator<Placement> override, String endpoint)
            throws ModelException {
        Use current = use;
        Placement wanted = override.apply(version.manifest().placement());
        if (current == null) {
            current = start(options, override, wanted, endpoint);
        } else if (!current.options.equals(options) || !wanted.equals(version.placement)) {
            throw new IllegalArgumentException(endpoint + " asks for " + options + "&" + wanted + ", but "
                    + current.endpoint + " already runs the model with " + current.options + "&" + version.placement
                    + ": give both the same options");
        }
        users++;
        return current.batcher;
    }

    private Use start(BatchOptions options, UnaryOperator<Placement> override, Placement wanted, String endpoint)
            throws ModelException {
        if (!wanted.equals(version.placement)) {
            switchTo(Version.load(version.source, wanted));
        }
        DynamicBatcher batcher = new DynamicBatcher(version.sessions, options, figures);
        figures.expectSingleRun(version.sessions.get(0).singleRunNanos());
        batcher.start();
        Use started = new Use(batcher, options, override, endpoint);
        use = started;
        return started;
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
        version.close();
    }

    ModelRef ref() {
        return version.source.ref();
    }

    /** Empty while no route uses the model. */
    Optional<StageStatus> status() {
        Use current = use;
        if (current == null) {
            return Optional.empty();
        }
        Version running = version;
        ModelRef ref = running.source.ref();
        Map<String, String> facts = Map.of(
                "model.name", ref.name(),
                "model.version", ref.version(),
                "model.variant", ref.variant(),
                "model.sha256", ref.sha256(),
                "placement", running.placement.toString());
        long nativeBytes = running.fileBytes() + current.batcher.nativeBytes();
        return Optional.of(
                new StageStatus("onnx:" + name, figures.figures(current.batcher.queueDepth(), nativeBytes), facts));
    }

    /** The batcher with what defined it. */
    private record Use(
            DynamicBatcher batcher, BatchOptions options, UnaryOperator<Placement> override, String endpoint) {
        /** Where the next version runs while this batcher does. */
        Placement placement(Version running, Placement wanted) {
            Placement next = override.apply(wanted);
            return new Placement(running.placement.instances(), next.intraOpThreads(), next.provider());
        }
    }

    /** A version with its sessions, one per instance. */
    private record Version(ModelPackage source, Placement placement, List<ModelSession> sessions) {
        static Version load(ModelPackage source, Placement placement) throws ModelException {
            return new Version(source, placement, ModelSession.load(source, placement));
        }

        Manifest manifest() {
            return source.manifest();
        }

        long fileBytes() {
            return sessions.stream().mapToLong(ModelSession::fileBytes).sum();
        }

        void close() {
            sessions.forEach(ModelSession::close);
        }
    }
}
