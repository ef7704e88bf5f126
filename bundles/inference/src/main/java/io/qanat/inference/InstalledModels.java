package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.ModelVersion;
import io.qanat.api.ModelVersion.State;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.inference.ActiveVersions.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
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

    private final Models models;
    private final PackageStore store;
    private final ActiveVersions active;
    private final Optional<WatchedDirectory> watched;

    @Activate
    public InstalledModels(InferenceOptions options) {
        this(
                Path.of(options.models()),
                path(options, options.added(), ".added"),
                new PackageSignature(
                        PackageSignature.Policy.of(options.signatures()),
                        path(options, options.trustedKeys(), ".trusted")),
                new RollbackLimits(
                        options.rollbackBatches(),
                        options.rollbackFailedRuns(),
                        options.rollbackNotFinitePercent(),
                        options.rollbackTimesSlower()),
                Watch.of(options));
    }

    private static Path path(InferenceOptions options, String set, String other) {
        return set.isEmpty() ? Path.of(options.models()).resolve(other) : Path.of(set);
    }

    InstalledModels(Path installed, Path added, PackageSignature signature) {
        this(installed, added, signature, RollbackLimits.DEFAULT, Optional.empty());
    }

    InstalledModels(
            Path installed, Path added, PackageSignature signature, RollbackLimits limits, Optional<Watch> watch) {
        this.models = new Models(limits, this::erred);
        this.store = new PackageStore(installed, added, signature);
        this.active = new ActiveVersions(added);
        store.packages().forEach(this::tryActivate);
        this.watched = watch.map(wanted -> watched(wanted.directory, System::nanoTime));
        watched.ifPresent(started -> started.start(watch.orElseThrow().period));
    }

    /**
     * A directory for packages from outside.
     *
     * @param period how often it is looked at, 1 second to 1 hour
     */
    record Watch(Path directory, Duration period) {
        private static final Duration LONGEST = Duration.ofHours(1);

        Watch {
            if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "watchSeconds is " + period.toSeconds() + ": it must be 1 to " + LONGEST.toSeconds());
            }
        }

        static Optional<Watch> of(InferenceOptions options) {
            return options.watched().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Watch(Path.of(options.watched()), Duration.ofSeconds(options.watchSeconds())));
        }
    }

    /** A directory for packages to this repository, which nobody looks at yet. */
    WatchedDirectory watched(Path directory, LongSupplier nanoTime) {
        return new WatchedDirectory(
                directory,
                new WatchedDirectory.Taker() {
                    @Override
                    public ModelRef add(Path folderOrZip) throws ModelException {
                        return InstalledModels.this.add(folderOrZip);
                    }

                    @Override
                    public boolean isComplete(Path folderOrZip) {
                        return store.isComplete(folderOrZip);
                    }
                },
                nanoTime);
    }

    /**
     * Takes packages that came with something else that is installed, and are trusted with it. One becomes active when it
     * was so before, or no version of its model is.
     *
     * @param root folder that holds {@code <name>/<version>/}
     */
    synchronized void offer(Path root) {
        store.include(root);
        store.packages().forEach((name, packages) -> {
            List<String> offered = packages.stream()
                    .filter(folder -> folder.startsWith(root.toAbsolutePath().normalize()))
                    .map(PackageStore::version)
                    .toList();
            boolean missing = models.active(name).isEmpty();
            boolean wasActive = active.of(name).stream().limit(1).anyMatch(entry -> offered.contains(entry.version()));
            if (!offered.isEmpty() && (missing || wasActive)) {
                tryActivate(name, packages);
            }
        });
    }

    /** The packages below the folder are gone; a version that is active stays so until another one is. */
    synchronized void withdraw(Path root) {
        store.exclude(root);
    }

    private void tryActivate(String name, List<Path> packages) {
        for (Choice choice : inOrder(name, packages)) {
            try {
                ModelRef ref = models.activate(read(choice));
                LOG.info("Model {} {} ({}) is active", ref.name(), ref.version(), ref.variant());
                return;
            } catch (ModelException e) {
                LOG.error("Model left out: {}", e.getMessage());
            }
        }
    }

    /** What was active, what was so before it, then the newest. */
    private Set<Choice> inOrder(String name, List<Path> packages) {
        Set<Choice> order = new LinkedHashSet<>();
        for (Entry entry : active.of(name)) {
            store.find(name, entry.version()).ifPresent(folder -> order.add(new Choice(folder, entry.variant())));
        }
        packages.forEach(folder -> order.add(new Choice(folder, "")));
        return order;
    }

    /** @param variant empty: the package's choice */
    private record Choice(Path folder, String variant) {}

    private ModelPackage read(Choice choice) throws ModelException {
        return store.read(choice.folder).withVariant(choice.variant);
    }

    private ModelPackage read(String name, Entry entry) throws ModelException {
        return read(new Choice(store.require(name, entry.version()), entry.variant()));
    }

    @Override
    public synchronized ModelRef activate(Path folder) throws ModelException {
        if (store.owns(folder)) {
            Manifest manifest = store.read(folder.toAbsolutePath().normalize()).manifest();
            return activate(manifest.name(), manifest.version(), "");
        }
        return models.activate(folder);
    }

    @Override
    public synchronized ModelRef activate(String name, String version, String variant) throws ModelException {
        Entry entry = new Entry(version, variant);
        ModelPackage next = read(name, entry);
        List<Entry> before = active.of(name);
        // Written first: a power cut in between finds the new version, which is checked again when it is loaded.
        active.activated(name, entry, models.active(name).map(ModelRef::version).orElse(""));
        try {
            return models.activate(next);
        } catch (ModelException | RuntimeException | Error e) {
            active.restore(name, before);
            throw e;
        }
    }

    @Override
    public synchronized ModelRef rollback(String name) throws ModelException {
        List<Entry> versions = active.of(name);
        if (versions.size() < 2) {
            throw new ModelException("model " + name + " has no version that was active before"
                    + models.active(name).map(ref -> " " + ref.version()).orElse("")
                    + ": activate one of its versions by name");
        }
        ModelRef now = models.activate(read(name, versions.get(1)));
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
                    "Model {} {} ({}) is rolled back to {} ({}), because {}: look at its package before you activate it"
                            + " again",
                    ref.name(),
                    ref.version(),
                    ref.variant(),
                    now.version(),
                    now.variant(),
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
        LOG.info("Model {} {} is on the gateway", ref.name(), ref.version());
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
        List<StageStatus> all = new ArrayList<>(models.status());
        watched.map(WatchedDirectory::status).ifPresent(all::add);
        return List.copyOf(all);
    }

    /** For endpoints, which also open batchers. */
    public Models models() {
        return models;
    }

    @Deactivate
    void close() {
        watched.ifPresent(WatchedDirectory::close);
        models.close();
    }
}
