package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.api.RouteVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The versions of the route texts on disk, durable over a restart and a power cut.
 *
 * <pre>
 * NAME/7.text             version 7 as its author wrote it
 * NAME/state.properties   running=7          0: none of them
 *                         file=SHA-256       of the configured or watched file when it was last taken, empty without one
 *                         loaded.7=2026-...  when version 7 was first loaded
 * </pre>
 *
 * <p>Each file is written beside its place, forced to disk and renamed. A version's text is there before it runs, and
 * {@code running} changes once it does: a cut in between leaves the version that ran.
 *
 * <p>Threads: one at a time.
 */
final class RouteHistory {
    static final int MOST_KEPT = 50;

    private static final String STATE = "state.properties";
    private static final String LOADED = "loaded.";

    /** No path: a text's name may not lead out of the directory. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private final Path directory;
    private final Clock clock;

    RouteHistory(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Of all texts that ever ran. */
    List<String> names() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(STATE)))
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("the route versions in " + directory + " cannot be listed: " + e, e);
        }
    }

    /** The version that runs, 0 when none does. */
    int running(String name) throws RouteException {
        return Integer.parseInt(state(name).getProperty("running", "0"));
    }

    /** Hash of the file that the text was last taken from, empty when it came from none. */
    String file(String name) throws RouteException {
        return state(name).getProperty("file", "");
    }

    /** The newest first; empty for an unknown text. */
    List<RouteVersion> versions(String name) throws RouteException {
        Properties state = state(name);
        int running = running(name);
        return state.stringPropertyNames().stream()
                .filter(key -> key.startsWith(LOADED))
                .map(key -> Integer.parseInt(key.substring(LOADED.length())))
                .sorted(Comparator.reverseOrder())
                .map(number -> new RouteVersion(
                        name, number, Instant.parse(state.getProperty(LOADED + number)), number == running))
                .toList();
    }

    /** @throws RouteException when there is no such version */
    String text(String name, int number) throws RouteException {
        if (versions(name).stream().noneMatch(version -> version.number() == number)) {
            throw new RouteException(name + " has no version " + number + ": it has "
                    + versions(name).stream().map(RouteVersion::number).sorted().toList());
        }
        return read(name, number);
    }

    /** Keeps a text; a version of it that is kept already stands for it. */
    int keep(String name, String text) throws RouteException {
        for (RouteVersion version : versions(name)) {
            if (read(name, version.number()).equals(text)) {
                return version.number();
            }
        }
        int number =
                versions(name).stream().mapToInt(RouteVersion::number).max().orElse(0) + 1;
        write(folder(name), number + ".text", text.getBytes(StandardCharsets.UTF_8));
        return number;
    }

    /**
     * A version runs from here on.
     *
     * @param number 0: none does
     * @param file hash of the file from which it was taken; empty: of what it was before
     */
    void runs(String name, int number, String file) throws RouteException {
        Properties state = state(name);
        state.setProperty("running", String.valueOf(number));
        if (!file.isEmpty()) {
            state.setProperty("file", file);
        }
        if (number > 0) {
            state.putIfAbsent(LOADED + number, clock.instant().toString());
        }
        List<Integer> dropped = dropped(state, number);
        dropped.forEach(old -> state.remove(LOADED + old));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            state.store(bytes, null);
            write(folder(name), STATE, bytes.toByteArray());
            for (int old : dropped) {
                Files.deleteIfExists(folder(name).resolve(old + ".text"));
            }
        } catch (IOException e) {
            throw failed(folder(name), e);
        }
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static List<Integer> dropped(Properties state, int running) {
        List<Integer> numbers = state.stringPropertyNames().stream()
                .filter(key -> key.startsWith(LOADED))
                .map(key -> Integer.parseInt(key.substring(LOADED.length())))
                .sorted()
                .toList();
        int surplus = numbers.size() - MOST_KEPT;
        return numbers.stream()
                .filter(number -> number != running)
                .limit(Math.max(0, surplus))
                .toList();
    }

    private Properties state(String name) throws RouteException {
        Properties state = new Properties();
        Path file = folder(name).resolve(STATE);
        if (Files.isRegularFile(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                state.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new RouteException(file + " cannot be read (" + e + "): remove it, and load the text again", e);
            }
        }
        return state;
    }

    private String read(String name, int number) throws RouteException {
        Path file = folder(name).resolve(number + ".text");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new RouteException(file + " cannot be read (" + e + "): load the text again", e);
        }
    }

    private Path folder(String name) throws RouteException {
        if (!NAME.matcher(name).matches()) {
            throw new RouteException(
                    "the text's name '" + name + "' is no name of a file: use letters, digits, ., - and _");
        }
        return directory.resolve(name);
    }

    private void write(Path folder, String name, byte[] content) throws RouteException {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            Path fresh = folder.resolve(name + ".new");
            Files.write(fresh, content);
            force(fresh, StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            // The directory too: without it a power cut may undo the rename.
            force(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static RouteException failed(Path file, IOException e) {
        return new RouteException(
                file + " cannot be written (" + e
                        + "), so a restart would not know what ran: make its directory writable"
                        + " and free some space; the routes that ran go on",
                e);
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
