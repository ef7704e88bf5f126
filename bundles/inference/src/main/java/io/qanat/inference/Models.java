package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The active models of a gateway, by name.
 *
 * <p>Threads: any. One activation at a time; scoring goes on meanwhile.
 */
public final class Models implements StageStatusSource, AutoCloseable {
    private final Map<String, ServedModel> served = new ConcurrentSkipListMap<>();
    private final RollbackLimits limits;
    private final BiConsumer<ModelRef, String> erred;
    private boolean closed;

    /** Nobody hears of versions that err. */
    public Models() {
        this(RollbackLimits.DEFAULT, (ref, fault) -> {});
    }

    /**
     * @param limits beyond which a version that has just become active is no good
     * @param erred hears of it, and why; must not wait
     */
    Models(RollbackLimits limits, BiConsumer<ModelRef, String> erred) {
        this.limits = limits;
        this.erred = erred;
    }

    /** Loads, checks and self-tests the package in {@code folder} and makes it the active version of its name. */
    public ModelRef activate(Path folder) throws ModelException {
        return activate(ModelPackage.read(folder));
    }

    synchronized ModelRef activate(ModelPackage found) throws ModelException {
        if (closed) {
            throw new ModelException("model " + found.manifest().name() + " is not activated: the gateway stops");
        }
        try {
            return serve(found);
        } catch (LinkageError e) {
            throw new ModelException(
                    found.folder() + " cannot be loaded because ONNX Runtime does not work here (" + e
                            + "): install io.qanat.onnxruntime for this processor",
                    e);
        }
    }

    private ModelRef serve(ModelPackage found) throws ModelException {
        String name = found.manifest().name();
        ServedModel present = served.get(name);
        if (present != null) {
            return present.replace(found);
        }
        served.put(name, new ServedModel(found, limits, erred));
        return found.ref();
    }

    /** The active version of a model. */
    public Optional<ModelRef> active(String name) {
        return Optional.ofNullable(served.get(name)).map(ServedModel::ref);
    }

    /** Has a version see what the active one sees. */
    synchronized void shadow(ModelPackage found) throws ModelException {
        ServedModel model = served.get(found.manifest().name());
        if (model == null) {
            throw new ModelException("model " + found.manifest().name() + " has no active version to be compared with:"
                    + " activate one");
        }
        model.shadow(found);
    }

    synchronized void endShadow(String name) {
        Optional.ofNullable(served.get(name)).ifPresent(ServedModel::endShadow);
    }

    Optional<String> shadowed(String name) {
        return Optional.ofNullable(served.get(name)).flatMap(ServedModel::shadowed);
    }

    /** The batcher of a model as and where its package wants it to run. */
    DynamicBatcher open(String name, BatchOptions options, String endpoint) {
        return open(name, options, UnaryOperator.identity(), endpoint);
    }

    /** The same where {@code override} makes the placement of the package to. */
    public DynamicBatcher open(String name, BatchOptions options, UnaryOperator<Placement> override, String endpoint) {
        return open(name, options, override, "", endpoint);
    }

    /** The same for a variant of the package. */
    DynamicBatcher open(
            String name, BatchOptions options, UnaryOperator<Placement> override, String variant, String endpoint) {
        return open(name, options, override, variant, endpoint, false);
    }

    /**
     * The batcher of a model, shared by all who open it. Give it back with {@link #release}.
     *
     * @param override makes the placement of the package to the wanted one
     * @param variant of the package; empty: the one that was activated
     * @param endpoint who asks, for messages
     * @param guest whether to take a batcher that is open whatever its options are, as long as it runs the variant
     * @throws IllegalArgumentException when no such model is active, when it is open with other options, or when it does
     *     not run as and where it is wanted
     */
    public DynamicBatcher open(
            String name,
            BatchOptions options,
            UnaryOperator<Placement> override,
            String variant,
            String endpoint,
            boolean guest) {
        ServedModel model = served.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    endpoint + ": no model " + name + " is active" + NearMiss.hint(name, served.keySet()));
        }
        try {
            return model.open(new ServedModel.Wish(options, override, variant, endpoint, guest));
        } catch (ModelException e) {
            throw new IllegalArgumentException(endpoint + ": " + e.getMessage(), e);
        }
    }

    /** One user of the model's batcher less; the last one waits until what was submitted is done. */
    public void release(String name) {
        ServedModel model = served.get(name);
        if (model != null) {
            model.release();
        }
    }

    @Override
    public List<StageStatus> status() {
        return served.values().stream()
                .flatMap(model -> model.status().stream())
                .toList();
    }

    /** Completes what was submitted, and frees all models. */
    @Override
    public synchronized void close() {
        closed = true;
        served.values().forEach(ServedModel::close);
        served.clear();
    }
}
