package io.qanat.inference;

import io.qanat.api.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model packages on the gateway's disk.
 *
 * <pre>
 * installed/mote-detector/1.0.0/    came with the gateway or with a bundle and is trusted with it; never written to
 * added/mote-detector/1.1.0/        came from outside: signed, and checked again each time it is loaded
 * added/.incoming-...               not checked yet; deleted at the next start
 * </pre>
 *
 * <p>Threads: one at a time.
 */
final class PackageStore {
    private static final Logger LOG = LoggerFactory.getLogger(PackageStore.class);
    private static final String INCOMING = ".incoming-";

    /** What a package may hold unpacked. A model for a gateway is far smaller. */
    static final long MOST_BYTES = 1L << 30;

    private final List<Path> installed = new CopyOnWriteArrayList<>();
    private final Path added;
    private final PackageSignature signature;

    PackageStore(Path installed, Path added, PackageSignature signature) {
        include(installed);
        this.added = added.toAbsolutePath().normalize();
        this.signature = signature;
        subfolders(this.added).stream().filter(PackageStore::isIncoming).forEach(PackageStore::delete);
    }

    /** From now on the packages below the folder belong to the installation. */
    void include(Path root) {
        installed.add(root.toAbsolutePath().normalize());
    }

    /** They do so no longer. */
    void exclude(Path root) {
        installed.remove(root.toAbsolutePath().normalize());
    }

    private static boolean isIncoming(Path folder) {
        return version(folder).startsWith(INCOMING);
    }

    /** Folders of all versions by model, the newest version first. */
    Map<String, List<Path>> packages() {
        Map<String, List<Path>> found = new TreeMap<>();
        for (Path root : Stream.concat(installed.stream(), Stream.of(added)).toList()) {
            for (Path model : subfolders(root)) {
                if (!version(model).startsWith(".")) {
                    found.merge(String.valueOf(model.getFileName()), versions(model), PackageStore::joined);
                }
            }
        }
        found.values().removeIf(List::isEmpty);
        return found;
    }

    private static List<Path> versions(Path model) {
        return subfolders(model).stream()
                .filter(folder -> Files.exists(folder.resolve(ModelPackage.MANIFEST)))
                .sorted(Comparator.comparing(PackageStore::order).reversed())
                .toList();
    }

    private static List<Path> joined(List<Path> left, List<Path> right) {
        return Stream.concat(left.stream(), right.stream())
                .distinct()
                .sorted(Comparator.comparing(PackageStore::order).reversed())
                .toList();
    }

    private static PackageVersion order(Path folder) {
        return PackageVersion.of(version(folder));
    }

    static String version(Path folder) {
        return String.valueOf(folder.getFileName());
    }

    private static List<Path> subfolders(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            LOG.error(
                    "No models from {} ({}): set models and added of io.qanat.inference to readable directories",
                    directory,
                    e.toString());
            return List.of();
        }
    }

    Optional<Path> find(String name, String version) {
        return packages().getOrDefault(name, List.of()).stream()
                .filter(folder -> version(folder).equals(version))
                .findFirst();
    }

    Path require(String name, String version) throws ModelException {
        return find(name, version).orElseThrow(() -> {
            List<Path> versions = packages().getOrDefault(name, List.of());
            return new ModelException("there is no version " + version + " of model " + name + ", there are "
                    + versions.stream().map(PackageStore::version).toList() + ": add its package first");
        });
    }

    /** Reads one of its packages and checks all but what it computes; what came from outside must be signed. */
    ModelPackage read(Path folder) throws ModelException {
        ModelPackage found = ModelPackage.read(folder);
        if (!isInstalled(folder)) {
            signature.check(found);
        }
        Manifest manifest = found.manifest();
        if (!folder.endsWith(Path.of(manifest.name(), manifest.version()))) {
            throw new ModelException(folder + " holds version " + manifest.version() + " of model " + manifest.name()
                    + ": name its folders " + manifest.name() + "/" + manifest.version());
        }
        return found;
    }

    private boolean isInstalled(Path folder) {
        return installed.stream().anyMatch(folder::startsWith) && !folder.startsWith(added);
    }

    /** Whether the package is one of those that {@link #packages} finds. */
    boolean owns(Path folder) {
        return packages().values().stream()
                .anyMatch(versions -> versions.contains(folder.toAbsolutePath().normalize()));
    }

    /** Copies a package from outside to its place, once it is checked and gives the golden samples their scores. */
    ModelPackage add(Path folderOrZip) throws ModelException {
        Path incoming = newFolder();
        try {
            ModelPackage checked = takeOver(folderOrZip, incoming);
            signature.check(checked);
            ModelSession.load(checked, Placement.DEFAULT).forEach(ModelSession::close);
            return keep(checked, folderOrZip);
        } finally {
            delete(incoming);
        }
    }

    /**
     * Whether all of a package from outside is there: what its manifest lists and, where one is wanted, its signature.
     * Threads: any.
     */
    boolean isComplete(Path folderOrZip) {
        if (!Files.isDirectory(folderOrZip)) {
            return WatchedDirectory.isWholeZip(folderOrZip);
        }
        try {
            Path folder = ModelPackage.read(folderOrZip).folder();
            return signature.policy() == PackageSignature.Policy.OFF
                    || Files.exists(folder.resolve(PackageSignature.FILE));
        } catch (ModelException e) {
            return false;
        }
    }

    private Path newFolder() throws ModelException {
        try {
            return Files.createTempDirectory(Files.createDirectories(added), INCOMING);
        } catch (IOException e) {
            throw new ModelException(
                    added + " cannot be written to (" + e + "): set added of io.qanat.inference to a directory of the"
                            + " gateway's own",
                    e);
        }
    }

    /** Only what the manifest lists is taken over: nothing else of the package is covered by its signature. */
    private static ModelPackage takeOver(Path folderOrZip, Path incoming) throws ModelException {
        try {
            Path unpacked = Files.createDirectory(incoming.resolve("unpacked"));
            ModelPackage source = ModelPackage.read(
                    Files.isDirectory(folderOrZip)
                            ? folderOrZip
                            : new PackageZip(folderOrZip, MOST_BYTES).unpack(unpacked));
            Path target = Files.createDirectory(incoming.resolve("checked"));
            TreeSet<String> files = new TreeSet<>(source.manifest().files().keySet());
            files.add(ModelPackage.MANIFEST);
            files.add(PackageSignature.FILE);
            for (String file : files) {
                copy(source.folder().resolve(file), target.resolve(file));
            }
            return ModelPackage.read(target);
        } catch (IOException e) {
            throw new ModelException(folderOrZip + " cannot be copied (" + e + "): free some space", e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.createDirectories(to.getParent());
            Files.copy(from, to);
        }
    }

    private ModelPackage keep(ModelPackage checked, Path source) throws ModelException {
        Manifest manifest = checked.manifest();
        Optional<Path> present = find(manifest.name(), manifest.version());
        if (present.isPresent()) {
            if (ModelPackage.read(present.get()).manifest().equals(manifest)) {
                return ModelPackage.read(present.get());
            }
            throw new ModelException(
                    source + " is version " + manifest.version() + " of model " + manifest.name() + ", but "
                            + present.get() + " has that version with other content: give the package a new version");
        }
        Path place = added.resolve(manifest.name()).resolve(manifest.version());
        try {
            Files.createDirectories(place.getParent());
            Files.move(checked.folder(), place, StandardCopyOption.ATOMIC_MOVE);
            return ModelPackage.read(place);
        } catch (IOException e) {
            throw new ModelException(place + " cannot be written (" + e + "): make its directory writable", e);
        }
    }

    void remove(String name, String version) throws ModelException {
        Path folder = require(name, version);
        if (isInstalled(folder)) {
            throw new ModelException("model " + name + " " + version + " in " + folder
                    + " belongs to the installation: remove what installed it");
        }
        delete(folder);
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} cannot be deleted ({}) and takes space: delete it by hand", folder, e.toString());
        }
    }
}
