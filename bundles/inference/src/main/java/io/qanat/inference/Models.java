package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The active models of a gateway, by name.
 *
 * <p>Threads: any. One activation at a time; scoring goes on meanwhile.
 */
public final class Models implements ModelRepository, StageStatusSource, AutoCloseable {
    private final Map<String, ServedModel> served = new ConcurrentSkipListMap<>();

    @Override
    public synchronized ModelRef activate(Path folder) throws ModelException {
        try {
            ModelSession session = ModelSession.load(ModelPackage.read(folder));
            serve(session);
            return session.ref();
        } catch (LinkageError e) {
            throw new ModelException(
                    folder + " cannot be loaded because ONNX Runtime does not work here (" + e
                            + "): install io.qanat.onnxruntime for this processor",
                    e);
        }
    }

    private void serve(ModelSession session) throws ModelException {
        ServedModel present = served.get(session.manifest().name());
        if (present == null) {
            served.put(session.manifest().name(), new ServedModel(session));
            return;
        }
        try {
            present.replace(session);
        } catch (ModelException | RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    @Override
    public Optional<ModelRef> active(String name) {
        return Optional.ofNullable(served.get(name)).map(ServedModel::ref);
    }

    /**
     * The batcher of a model, shared by all who open it. Give it back with {@link #release}.
     *
     * @param endpoint who asks, for messages
     * @throws IllegalArgumentException when no such model is active, or when it is open with other options
     */
    public DynamicBatcher open(String name, BatchOptions options, String endpoint) {
        ServedModel model = served.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    endpoint + ": no model " + name + " is active" + NearMiss.hint(name, served.keySet()));
        }
        return model.open(options, endpoint);
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
        served.values().forEach(ServedModel::close);
        served.clear();
    }
}
