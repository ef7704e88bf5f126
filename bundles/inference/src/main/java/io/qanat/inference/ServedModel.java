package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
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
    private final List<BatchObserver> observers = new CopyOnWriteArrayList<>();
    private final RollbackLimits limits;
    private final BiConsumer<ModelRef, String> erred;

    /** What was activated; an endpoint may have another variant of it run. */
    private ModelPackage activated;

    private volatile Version version;
    private volatile @Nullable Use use;
    private volatile @Nullable Shadow shadow;
    private int users;

    /**
     * @param limits beyond which a version that has just become active is no good
     * @param erred hears of it, and why; must not wait
     */
    ServedModel(ModelPackage first, RollbackLimits limits, BiConsumer<ModelRef, String> erred) throws ModelException {
        this.limits = limits;
        this.erred = erred;
        this.name = first.manifest().name();
        this.activated = first;
        this.version = Version.load(first, first.manifest().placement());
    }

    /**
     * Switches to another version and closes the one before it, which has then done all that it was given.
     *
     * @return what now runs
     */
    synchronized ModelRef replace(ModelPackage next) throws ModelException {
        Use current = use;
        Version loaded;
        if (current == null) {
            loaded = Version.load(next, next.manifest().placement());
        } else {
            loaded = beside(current, next);
            current.batcher.swap(loaded.sessions);
        }
        activated = next;
        endShadow();
        RunTimes before = switchTo(loaded);
        watch(loaded.source.ref(), before);
        return loaded.source.ref();
    }

    private Version beside(Use current, ModelPackage next) throws ModelException {
        Wish wish = current.wish;
        requireSameWindow(next.manifest(), wish.endpoint, current.batcher.mostWindows());
        ModelPackage wished = next.withVariant(wish.variant);
        boolean isAsked = !next.variant().name().equals(next.manifest().defaultVariant());
        if (isAsked && !wished.equals(next)) {
            throw new ModelException("model " + name + " " + next.manifest().version() + " cannot run as "
                    + next.variant().name() + ": " + wish.endpoint + " asks for variant=" + wish.variant
                    + ", take that out of the route or activate that variant");
        }
        // The batcher has a worker for each instance: their number stays while it runs.
        return Version.load(wished, wish.placement(next).withInstances(version.placement.instances()));
    }

    /** @return how long the runs of the version before took */
    private RunTimes switchTo(Version next) {
        Version old = version;
        version = next;
        RunTimes before = figures.nextVersion(next.sessions.get(0).singleRunNanos());
        old.close();
        return before;
    }

    private void watch(ModelRef ref, RunTimes before) {
        observers.removeIf(Probation.class::isInstance);
        observers.add(new Probation(limits, before, fault -> erred.accept(ref, fault)));
    }

    /** Has another version see the same windows, instead of the one that did so until now. */
    synchronized void shadow(ModelPackage next) throws ModelException {
        Use current = use;
        requireSameWindow(next.manifest(), current == null ? "what it gets" : current.wish.endpoint, 1);
        Shadow started = new Shadow(ModelSession.load(next, Placement.DEFAULT).get(0));
        endShadow();
        shadow = started;
        observers.add(started);
    }

    /** Ends the shadow, if there is one. */
    synchronized void endShadow() {
        Shadow current = shadow;
        if (current != null) {
            shadow = null;
            observers.remove(current);
            current.close();
        }
    }

    /** The version that is the shadow. */
    Optional<String> shadowed() {
        return Optional.ofNullable(shadow).map(Shadow::version);
    }

    private void requireSameWindow(Manifest next, String endpoint, int batch) throws ModelException {
        Manifest now = version.manifest();
        if (!next.input().row().equals(now.input().row())
                || !next.channels().equals(now.channels())
                || next.input().mostWindows() < batch) {
            throw new ModelException("model " + name + " " + next.version() + " takes windows of "
                    + next.input().text() + " " + next.channels() + ", but " + endpoint + " gets "
                    + now.input().text() + " " + now.channels() + " for version " + now.version()
                    + ": stop the route, activate, start a route that fits");
        }
    }

    /** The batcher, as all who open it wish it to be. */
    synchronized DynamicBatcher open(Wish wish) throws ModelException {
        Use current = use;
        ModelPackage wished = activated.withVariant(wish.variant);
        if (current == null) {
            current = start(wish, wished);
        } else if (!fits(current, wish, wished)) {
            throw new IllegalArgumentException(wish.endpoint + " asks for " + wish.text(wished) + ", but "
                    + current.wish.endpoint + " already runs the model with " + current.wish.text(version.source)
                    + ": give both the same options");
        }
        users++;
        return current.batcher;
    }

    /** A guest may have other options, since it runs beside the routes for a while; another variant gives other scores. */
    private boolean fits(Use current, Wish wish, ModelPackage wished) {
        return wish.guest
                ? version.source.equals(wished)
                : current.wish.options.equals(wish.options) && version.is(wished, wish.placement(wished));
    }

    private Use start(Wish wish, ModelPackage wished) throws ModelException {
        Placement placement = wish.placement(wished);
        if (!version.is(wished, placement)) {
            switchTo(Version.load(wished, placement));
        }
        DynamicBatcher batcher = new DynamicBatcher(version.sessions, wish.options, figures, observers);
        figures.singleRun(version.sessions.get(0).singleRunNanos());
        batcher.start();
        Use started = new Use(batcher, wish);
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
        endShadow();
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
        long nativeBytes = running.fileBytes() + current.batcher.nativeBytes();
        Map<String, Number> numbers = figures.figures(current.batcher.queueDepth(), nativeBytes);
        Map<String, String> facts = new HashMap<>(running.facts());
        Shadow beside = shadow;
        if (beside != null) {
            beside.addTo(numbers);
            facts.put("shadow.version", beside.version());
        }
        return Optional.of(new StageStatus("onnx:" + name, numbers, facts));
    }

    /**
     * How an endpoint wants a model to run.
     *
     * @param override makes the placement of the package to the wanted one
     * @param variant of the package; empty: the one that was activated
     * @param endpoint its URI, for messages
     * @param guest takes a model that already runs as it runs
     */
    record Wish(
            BatchOptions options, UnaryOperator<Placement> override, String variant, String endpoint, boolean guest) {
        Placement placement(ModelPackage of) {
            return override.apply(of.manifest().placement());
        }

        String text(ModelPackage of) {
            return options + "&" + placement(of) + "&variant=" + of.variant().name();
        }
    }

    /** The batcher with what defined it. */
    private record Use(DynamicBatcher batcher, Wish wish) {}

    /** A version with its sessions, one per instance. */
    private record Version(ModelPackage source, Placement placement, List<ModelSession> sessions) {
        static Version load(ModelPackage source, Placement placement) throws ModelException {
            return new Version(source, placement, ModelSession.load(source, placement));
        }

        Manifest manifest() {
            return source.manifest();
        }

        boolean is(ModelPackage wished, Placement wanted) {
            return source.equals(wished) && placement.equals(wanted);
        }

        Map<String, String> facts() {
            ModelRef ref = source.ref();
            return Map.of(
                    "model.name", ref.name(),
                    "model.version", ref.version(),
                    "model.variant", ref.variant(),
                    "model.sha256", ref.sha256(),
                    "placement", placement.toString());
        }

        long fileBytes() {
            return sessions.stream().mapToLong(ModelSession::fileBytes).sum();
        }

        void close() {
            sessions.forEach(ModelSession::close);
        }
    }
}
