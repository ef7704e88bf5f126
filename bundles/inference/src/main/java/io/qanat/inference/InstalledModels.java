package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.ModelVersion;
import io.qanat.api.ModelVersion.State;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a gateway. At start the version that was active becomes so again; where none was, or it cannot be used,
 * the one before it or the highest. A model without a usable version is logged and left out, the others are served.
 *
 * <p>It is a service under its own type for this bundle's component, which needs more than {@link ModelRepository}.
 *
 * <p>Threads: any; one change at a time, while scoring goes on.
 */
@Component(
        name = "io.qanat.inference",
        configurationPid = "io.qanat.inference",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {ModelRepository.class, StageStatusSource.class, InstalledModels.class})
public final class InstalledModels implements ModelRepository, StageStatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledModels.class);

    private final Models models = new Models(this::erred);
    private final PackageStore store;
    private final ActiveVersions active;

    /** Where the models are, and whom to trust. */
    public @interface Options {
        /** Directory with one folder per model, and in it one per version; trusted with the installation. */
        String models();

        /** Directory for packages from outside and for what is active; empty: {@code .added} in models. */
        String added() default "";

        /** Directory with the public keys that packages from outside may be signed by; empty: {@code .trusted} in models. */
        String trustedKeys() default "";

        /** What happens to a package from outside without a valid signature: require, warn or off. */
        String signatures() default "require";
    }

    @Activate
    public InstalledModels(Options options) {
        this(
                Path.of(options.models()),
                path(options, options.added(), ".added"),
                new PackageSignature(
                        PackageSignature.Policy.of(options.signatures()),
                        path(options, options.trustedKeys(), ".trusted")));
    }

    private static Path path(Options options, String set, String other) {
        return set.isEmpty() ? Path.of(options.models()).resolve(other) : Path.of(set);
    }

    InstalledModels(Path installed, Path added, PackageSignature signature) {
        this.store = new PackageStore(installed, added, signature);
        this.active = new ActiveVersions(added);
        store.packages().forEach(this::tryActivate);
    }

    private void tryActivate(String name, List<Path> packages) {
        for (Path folder : inOrder(name, packages)) {
            try {
                ModelRef ref = models.activate(store.read(folder));
                LOG.info("Model {} {} ({}) is active", ref.name(), ref.version(), ref.variant());
                return;
            } catch (ModelException e) {
                LOG.error("Model left out: {}", e.getMessage());
            }
        }
    }

    /** What was active, what was so before it, then the newest. */
    private Set<Path> inOrder(String name, List<Path> packages) {
        Set<Path> order = new LinkedHashSet<>();
        for (String version : active.of(name)) {
            store.find(name, version).ifPresent(order::add);
        }
        order.addAll(packages);
        return order;
    }

    @Override
    public synchronized ModelRef activate(Path folder) throws ModelException {
        if (store.owns(folder)) {
            Manifest manifest = store.read(folder.toAbsolutePath().normalize()).manifest();
            return activate(manifest.name(), manifest.version());
        }
        return models.activate(folder);
    }

    @Override
    public synchronized ModelRef activate(String name, String version) throws ModelException {
        ModelPackage next = store.read(store.require(name, version));
        // Written first: a power cut in between finds the new version, which is checked again when it is loaded.
        active.activated(
                name, version, models.active(name).map(ModelRef::version).orElse(""));
        try {
            return models.activate(next);
        } catch (ModelException | RuntimeException | Error e) {
            active.rolledBack(name);
            throw e;
        }
    }

    @Override
    public synchronized ModelRef rollback(String name) throws ModelException {
        List<String> versions = active.of(name);
        if (versions.size() < 2) {
            throw new ModelException("model " + name + " has no version that was active before"
                    + models.active(name).map(ref -> " " + ref.version()).orElse("")
                    + ": activate one of its versions by name");
        }
        ModelRef now = models.activate(store.read(store.require(name, versions.get(1))));
        active.rolledBack(name);
        return now;
    }

    // On a thread of its own: the one that tells it holds a session that the rollback waits for.
    private void erred(ModelRef ref, String fault) {
        Thread thread = new Thread(() -> rollback(ref, fault), "qanat-onnx-" + ref.name() + "-rollback");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void rollback(ModelRef ref, String fault) {
        if (!models.active(ref.name()).equals(Optional.of(ref))) {
            return;
        }
        try {
            ModelRef now = rollback(ref.name());
            LOG.error(
                    "Model {} {} is rolled back to {}, because {}: look at its package before you activate it again",
                    ref.name(),
                    ref.version(),
                    now.version(),
                    fault);
        } catch (ModelException e) {
            LOG.error(
                    "Model {} {} should be rolled back, because {}, but stays active: {}",
                    ref.name(),
                    ref.version(),
                    fault,
                    e.getMessage());
        }
    }

    @Override
    public synchronized void shadow(String name, String version) throws ModelException {
        models.shadow(store.read(store.require(name, version)));
    }

    @Override
    public void endShadow(String name) {
        models.endShadow(name);
    }

    @Override
    public synchronized ModelRef add(Path folderOrZip) throws ModelException {
        ModelRef ref = store.add(folderOrZip).ref();
        LOG.info("Model {} {} was added", ref.name(), ref.version());
        return ref;
    }

    @Override
    public synchronized void remove(String name, String version) throws ModelException {
        if (models.active(name).map(ModelRef::version).filter(version::equals).isPresent()) {
            throw new ModelException(
                    "model " + name + " " + version + " is active: activate another version, then remove it");
        }
        if (models.shadowed(name).filter(version::equals).isPresent()) {
            throw new ModelException(
                    "model " + name + " " + version + " is the shadow: end the shadow, then remove it");
        }
        store.remove(name, version);
        active.removed(name, version);
    }

    @Override
    public Optional<ModelRef> active(String name) {
        return models.active(name);
    }

    @Override
    public synchronized List<ModelVersion> versions() {
        List<ModelVersion> all = new ArrayList<>();
        store.packages().forEach((name, folders) -> {
            for (Path folder : folders) {
                String version = PackageStore.version(folder);
                all.add(new ModelVersion(name, version, state(name, version)));
            }
        });
        return List.copyOf(all);
    }

    private State state(String name, String version) {
        if (models.active(name).map(ModelRef::version).filter(version::equals).isPresent()) {
            return State.ACTIVE;
        }
        return models.shadowed(name).filter(version::equals).isPresent() ? State.SHADOW : State.INSTALLED;
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
