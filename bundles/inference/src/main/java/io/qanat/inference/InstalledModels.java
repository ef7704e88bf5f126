package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a gateway: at start the highest version below each {@code <models>/<name>/} becomes active. A package
 * that cannot be used is logged and left out, the others are served.
 *
 * <p>It is a service under its own type for this bundle's component, which needs more than {@link ModelRepository}.
 */
@Component(
        name = "io.qanat.inference",
        configurationPid = "io.qanat.inference",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {ModelRepository.class, StageStatusSource.class, InstalledModels.class})
public final class InstalledModels implements ModelRepository, StageStatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledModels.class);

    private final Models models = new Models();

    /** Where the models are. */
    public @interface Options {
        /** Directory with one folder per model, and in it one per version. */
        String models();
    }

    @Activate
    public InstalledModels(Options options) {
        this(Path.of(options.models()));
    }

    /** @param directory with one folder per model, and in it one per version */
    public InstalledModels(Path directory) {
        for (Path model : folders(directory)) {
            folders(model).stream()
                    .max(Comparator.comparing(InstalledModels::version))
                    .ifPresent(this::tryActivate);
        }
    }

    private void tryActivate(Path folder) {
        try {
            ModelRef ref = models.activate(folder);
            LOG.info("Model {} {} ({}) is active", ref.name(), ref.version(), ref.variant());
        } catch (ModelException e) {
            LOG.error("Model left out: {}", e.getMessage());
        }
    }

    private static PackageVersion version(Path folder) {
        return PackageVersion.of(String.valueOf(folder.getFileName()));
    }

    private static List<Path> folders(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> Files.exists(entry.resolve("model.json")) || hasVersions(entry))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            LOG.error(
                    "No models from {} ({}): set models of io.qanat.inference to a readable directory",
                    directory,
                    e.toString());
            return List.of();
        }
    }

    private static boolean hasVersions(Path model) {
        try (Stream<Path> entries = Files.list(model)) {
            return entries.anyMatch(entry -> Files.exists(entry.resolve("model.json")));
        } catch (IOException e) {
            LOG.error("Model left out: {} cannot be listed ({}): make it readable", model, e.toString());
            return false;
        }
    }

    @Override
    public ModelRef activate(Path folder) throws ModelException {
        return models.activate(folder);
    }

    @Override
    public Optional<ModelRef> active(String name) {
        return models.active(name);
    }

    @Override
    public List<StageStatus> status() {
        return models.status();
    }

    /** For endpoints, which also open batchers. */
    public Models models() {
        return models;
    }

    @Deactivate
    void close() {
        models.close();
    }
}
