package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.StageStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that packages are put into from outside, as folders or zips. It is looked at again and again, since not
 * every file system tells of changes.
 *
 * <pre>
 *   new or changed --> waiting --(the same at the next look, and complete)--> added, or refused with a reason
 *         ^               |                                                        |
 *         |               +--(the same for a minute: nobody copies any more)-------^
 *         +-----------------------(changed)----------------------------------------+
 * </pre>
 *
 * <p>Nothing is written to the directory. Names that begin with a dot or end in {@code .part} or {@code .tmp} are for
 * those who copy and then rename.
 *
 * <p>Threads: its own, {@code qanat-models-watch}, looks; any may read the status.
 */
final class WatchedDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedDirectory.class);
    private static final long GIVEN_UP_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long END_SECONDS = 60;

    private final Path directory;
    private final Taker taker;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread;
    private final Map<Path, Seen> seen = new TreeMap<>();
    private boolean unreadable;

    /** Takes a package over, once it is checked. */
    interface Taker {
        ModelRef add(Path folderOrZip) throws ModelException;

        /** Whether it is all there, as far as can be told without judging it. */
        boolean isComplete(Path folderOrZip);
    }

    private enum State {
        WAITING,
        ADDED,
        REFUSED
    }

    /**
     * One package.
     *
     * @param content of its files: size and time of the last change by path
     * @param since {@link System#nanoTime()} at which it was first seen so
     * @param reason why it was refused
     */
    private record Seen(Map<String, String> content, long since, State state, String reason) {
        Seen becomes(State next, String why) {
            return new Seen(content, since, next, why);
        }
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    WatchedDirectory(Path directory, Taker taker, LongSupplier nanoTime) {
        this.directory = directory;
        this.taker = taker;
        this.nanoTime = nanoTime;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "qanat-models-watch");
            made.setDaemon(true);
            return made;
        });
    }

    void start(Duration period) {
        thread.scheduleWithFixedDelay(this::lookSafely, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            // What is thrown would end the schedule.
            LOG.error("The packages in {} could not be looked at; it is tried again", directory, e);
        }
    }

    void look() {
        List<Path> entries = entries();
        synchronized (this) {
            seen.keySet().retainAll(entries);
        }
        entries.forEach(this::look);
    }

    private List<Path> entries() {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> entries =
                    all.filter(WatchedDirectory::isPackage).sorted().toList();
            unreadable = false;
            return entries;
        } catch (IOException | UncheckedIOException e) {
            if (!unreadable) {
                LOG.warn(
                        "No packages are taken from {} ({}): make the directory, or set watched of io.qanat.inference to"
                                + " another one",
                        directory,
                        e.toString());
            }
            unreadable = true;
            return List.of();
        }
    }

    private static boolean isPackage(Path entry) {
        String name = String.valueOf(entry.getFileName());
        boolean isReady = !name.startsWith(".") && !name.endsWith(".part") && !name.endsWith(".tmp");
        return isReady && (Files.isDirectory(entry) || name.endsWith(".zip"));
    }

    private void look(Path entry) {
        Map<String, String> content;
        try {
            content = content(entry);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} changes while it is looked at", entry, e);
            return;
        }
        long now = nanoTime.getAsLong();
        Seen before = seen(entry);
        if (!before.content.equals(content)) {
            put(entry, new Seen(content, now, State.WAITING, ""));
        } else if (before.state == State.WAITING && (now - before.since >= GIVEN_UP_NANOS || taker.isComplete(entry))) {
            put(entry, taken(entry, before));
        }
    }

    private static Map<String, String> content(Path entry) throws IOException {
        Map<String, String> content = new HashMap<>();
        try (Stream<Path> files = Files.walk(entry)) {
            for (Path file : files.toList()) {
                String state = (Files.isDirectory(file) ? 0 : Files.size(file)) + " " + Files.getLastModifiedTime(file);
                content.put(entry.relativize(file).toString(), state);
            }
        }
        return content;
    }

    private Seen taken(Path entry, Seen before) {
        try {
            taker.add(entry);
            return before.becomes(State.ADDED, "");
        } catch (ModelException e) {
            String reason = String.valueOf(e.getMessage());
            LOG.error("{} is not taken in, and not looked at again until it changes: {}", entry, reason);
            return before.becomes(State.REFUSED, reason);
        }
    }

    private synchronized Seen seen(Path entry) {
        return seen.getOrDefault(entry, new Seen(Map.of(), 0, State.WAITING, ""));
    }

    private synchronized void put(Path entry, Seen now) {
        seen.put(entry, now);
    }

    /** How many packages there are in which state, and why some were refused. */
    synchronized StageStatus status() {
        Map<String, Number> numbers = new HashMap<>();
        for (State state : State.values()) {
            numbers.put(
                    "watched." + state.name().toLowerCase(java.util.Locale.ROOT),
                    seen.values().stream().filter(entry -> entry.state == state).count());
        }
        Map<String, String> facts = new HashMap<>(Map.of("watched", directory.toString()));
        seen.forEach((entry, found) -> {
            if (found.state == State.REFUSED) {
                facts.put("refused." + entry.getFileName(), found.reason);
            }
        });
        return new StageStatus("models", numbers, facts);
    }

    /** Whether a zip has its end. */
    static boolean isWholeZip(Path zip) {
        try (ZipFile whole = new ZipFile(zip.toFile())) {
            return whole.size() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the looking; a package that is being taken in is finished first. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A package from {} is still being taken in after {} s", directory, END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
