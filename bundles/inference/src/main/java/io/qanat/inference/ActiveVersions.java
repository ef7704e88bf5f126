package io.qanat.inference;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which versions were made active, durable over a restart and a power cut.
 *
 * <pre>
 * active.json   {"mote-detector": ["1.1.0/int8", "1.1.0", "1.0.0"]}   the active version first, then those before it
 * </pre>
 *
 * <p>Behind a slash stands the variant that was asked for; without one the package's own choice runs.
 *
 * <p>It is written to a file beside it, forced to disk and renamed: the old or the new content is there, never a part.
 *
 * <p>Threads: one at a time.
 */
final class ActiveVersions {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveVersions.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_KEPT = 8;

    private final Path directory;
    private final Path file;
    private final Map<String, List<Entry>> history = new TreeMap<>();

    ActiveVersions(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("active.json");
        if (Files.exists(file)) {
            load();
        }
    }

    private void load() {
        try {
            Field top = Field.read(file);
            for (String name : top.names()) {
                List<Entry> versions = new ArrayList<>();
                for (Field version : top.get(name).items()) {
                    versions.add(Entry.of(version.text()));
                }
                history.put(name, versions);
            }
        } catch (ModelException e) {
            history.clear();
            LOG.error("The highest versions become active, because {}", e.getMessage());
        }
    }

    /**
     * One entry.
     *
     * @param version of the package
     * @param variant of it; empty: the package's choice
     */
    record Entry(String version, String variant) {
        static Entry of(String text) {
            int slash = text.indexOf('/');
            return slash < 0 ? new Entry(text, "") : new Entry(text.substring(0, slash), text.substring(slash + 1));
        }

        @Override
        public String toString() {
            return variant.isEmpty() ? version : version + "/" + variant;
        }
    }

    /** The active version first, then those before it; empty when none was made active. */
    List<Entry> of(String name) {
        return List.copyOf(history.getOrDefault(name, List.of()));
    }

    /**
     * The version is active from here on.
     *
     * @param before the version that was active until now, where none was ever made so; may be empty
     */
    void activated(String name, Entry version, String before) throws ModelException {
        List<Entry> versions = new ArrayList<>(history.getOrDefault(name, List.of()));
        if (versions.isEmpty() && !before.isEmpty()) {
            versions.add(new Entry(before, ""));
        }
        if (versions.isEmpty() || !versions.get(0).equals(version)) {
            versions.add(0, version);
        }
        set(name, versions.subList(0, Math.min(versions.size(), MOST_KEPT)));
    }

    /** The version before the active one is active again. */
    void rolledBack(String name) throws ModelException {
        List<Entry> versions = of(name);
        set(name, versions.subList(Math.min(1, versions.size()), versions.size()));
    }

    /** An activation was in vain. */
    void restore(String name, List<Entry> versions) throws ModelException {
        set(name, versions);
    }

    /** The version is gone. */
    void removed(String name, String version) throws ModelException {
        set(
                name,
                of(name).stream()
                        .filter(kept -> !kept.version().equals(version))
                        .toList());
    }

    private void set(String name, List<Entry> versions) throws ModelException {
        List<Entry> old = of(name);
        put(name, versions);
        try {
            write();
        } catch (IOException e) {
            put(name, old);
            throw new ModelException(
                    file + " cannot be written (" + e + "), so a restart would not know the active version: make its"
                            + " directory writable and free some space",
                    e);
        }
    }

    private void put(String name, List<Entry> versions) {
        if (versions.isEmpty()) {
            history.remove(name);
        } else {
            history.put(name, List.copyOf(versions));
        }
    }

    private void write() throws IOException {
        ObjectNode top = JSON.createObjectNode();
        history.forEach((name, versions) -> {
            ArrayNode list = top.putArray(name);
            versions.forEach(version -> list.add(version.toString()));
        });
        Files.createDirectories(directory);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(top));
        force(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // The directory too: without it a power cut may undo the rename.
        force(directory, StandardOpenOption.READ);
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
