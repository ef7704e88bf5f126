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
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that routes can use by name.
 *
 * <p>Threads: any; one activation at a time.
 */
@Component(
        name = "io.qanat.inference",
        service = {Models.class, ModelRepository.class, StageStatusSource.class},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Models implements ModelRepository, StageStatusSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final Map<String, ServedModel> served = new ConcurrentSkipListMap<>();
    private String directory = "";
    private boolean closed;

    /** With no model yet. */
    public Models() {}

    /** With the newest version of every model in the configured directory; takes about 100 ms per model. */
    @Activate
    public Models(InferenceOptions options) {
        configure(options);
    }

    /** Kura tells a configuration again that has not changed: the active versions must stay then. */
    @Modified
    synchronized void configure(InferenceOptions options) {
        if (!options.models().equals(directory)) {
            directory = options.models();
            activateAll(Path.of(directory));
        }
    }

    private void activateAll(Path models) {
        try {
            ModelFolders.newest(models).forEach(this::tryActivate);
        } catch (ModelException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    private void tryActivate(Path folder) {
        try {
            activate(folder);
        } catch (ModelException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    @Override
    public synchronized ModelRef activate(Path folder) throws ModelException {
        if (closed) {
            throw new ModelException("the gateway stops: " + folder + " is not activated");
        }
        LoadedModel loaded = LoadedModel.load(ModelPackage.read(folder));
        boolean active = false;
        try {
            serve(loaded);
            active = true;
        } finally {
            if (!active) {
                loaded.close();
            }
        }
        ModelRef ref = loaded.ref();
        LOG.info("model {} {} {} is active", ref.name(), ref.version(), ref.variant());
        return ref;
    }

    private void serve(LoadedModel loaded) throws ModelException {
        ServedModel present = served.get(loaded.ref().name());
        if (present == null) {
            served.put(loaded.ref().name(), new ServedModel(loaded));
        } else {
            present.activate(loaded);
        }
    }

    @Override
    public Optional<ModelRef> active(String name) {
        return Optional.ofNullable(served.get(name)).map(ServedModel::ref);
    }

    /**
     * A step of a route starts to use a model. Steps that use one model share its batches.
     *
     * @param options the same for all steps that use the model
     * @param user the step, as messages shall name it
     * @return to be closed when the step stops
     * @throws ModelException when there is no such model, or another step has other options
     */
    public ModelUse open(String name, BatchOptions options, String user) throws ModelException {
        ServedModel model = served.get(name);
        if (model == null) {
            throw new ModelException(unknown(name));
        }
        return model.enter(options, user);
    }

    private String unknown(String name) {
        String active = served.values().stream()
                .map(model -> model.ref().name() + " " + model.ref().version())
                .collect(Collectors.joining(", "));
        String hint = NearMiss.of(name, served.keySet())
                .map(near -> "did you mean " + near + "?")
                .orElse("activate its package first");
        return "no model '" + name + "'; active: " + (active.isEmpty() ? "none" : active) + "; " + hint;
    }

    @Override
    public List<StageStatus> status() {
        return served.values().stream()
                .flatMap(model -> model.status().stream())
                .toList();
    }

    /** Finishes the windows that wait, then frees all models. */
    @Override
    @Deactivate
    public synchronized void close() {
        closed = true;
        served.values().forEach(ServedModel::close);
        served.clear();
    }
}
