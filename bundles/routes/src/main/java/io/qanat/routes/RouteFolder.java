package io.qanat.routes;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of route texts that run as they are saved. It is looked at again and again, since not every file system tells
 * of changes.
 *
 * <pre>
 *   new or changed --(the same at the next look, and not empty)--> runs, or refused: the version before runs on
 *   gone           --(gone at the next look too)-----------------> its routes are drained and removed
 * </pre>
 *
 * <p>Files of other endings than {@code .xml}, {@code .yaml} and {@code .yml}, and those whose names begin with a dot or
 * {@code #}, are for editors.
 *
 * <p>Threads: its own, {@code qanat-routes-watch}.
 */
final class RouteFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    /** In looks. */
    private static final int LONGEST_PAUSE = 256;

    private final Path folder;
    private final GatewayRoutes routes;
    private final LongSupplier nanoTime;
    private final long patientUntil;
    private final ScheduledExecutorService thread;
    private final Map<String, Seen> seen = new HashMap<>();
    private boolean unreadable;

    /**
     * One file.
     *
     * @param content as it was at the last look
     * @param taken whether it runs or was refused
     * @param pause looks until it is tried again, 0 when it is not
     * @param left how many of them are left
     */
    private record Seen(String content, boolean taken, boolean gone, int pause, int left) {}

    /**
     * @param patience how long after the start a text waits for what it needs before it is refused
     * @param nanoTime as {@link System#nanoTime()}
     */
    RouteFolder(Path folder, GatewayRoutes routes, Duration patience, LongSupplier nanoTime) {
        this.folder = folder;
        this.routes = routes;
        this.nanoTime = nanoTime;
        this.patientUntil = nanoTime.getAsLong() + patience.toNanos();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "qanat-routes-watch"));
    }

    void start(Duration period) {
        thread.scheduleWithFixedDelay(this::lookSafely, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // What is thrown would end the schedule.
            LOG.error("The route texts in {} could not be looked at; it is tried again", folder, e);
        }
    }

    void look() throws InterruptedException {
        Map<String, String> now;
        try {
            now = contents();
            unreadable = false;
        } catch (IOException | UncheckedIOException e) {
            // A folder that cannot be read for a moment is no reason to stop what runs.
            if (!unreadable) {
                LOG.warn(
                        "The route texts in {} cannot be read ({}), so what runs stays: make the folder, or set watch of {}"
                                + " to another one",
                        folder,
                        e.toString(),
                        ConfiguredRoutes.PID);
            }
            unreadable = true;
            return;
        }
        for (Map.Entry<String, String> file : now.entrySet()) {
            look(file.getKey(), file.getValue());
        }
        for (String name : List.copyOf(seen.keySet())) {
            if (!now.containsKey(name)) {
                gone(name);
            }
        }
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(RouteFolder::isText).toList()) {
                contents.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        }
        return contents;
    }

    private static boolean isText(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && !name.startsWith("#")
                && (name.endsWith(".xml") || name.endsWith(".yaml") || name.endsWith(".yml"))
                && Files.isRegularFile(file);
    }

    private void look(String name, String content) throws InterruptedException {
        Seen before = seen.get(name);
        if (before == null || before.gone || !before.content.equals(content)) {
            seen.put(name, new Seen(content, false, false, 1, 0));
        } else if (!before.taken && !content.isBlank() && !mayWait(name, content)) {
            seen.put(name, take(name, content, 1));
        } else if (before.taken && before.left > 0) {
            seen.put(name, new Seen(content, true, false, before.pause, before.left - 1));
        } else if (before.taken && before.pause > 0) {
            seen.put(name, take(name, content, Math.min(2 * before.pause, LONGEST_PAUSE)));
        }
    }

    /** After a start the bundles come in any order. */
    private boolean mayWait(String name, String content) throws InterruptedException {
        return nanoTime.getAsLong() - patientUntil < 0
                && !routes.awaitNeeds(name, content, Duration.ZERO).isEmpty();
    }

    /** @param pause looks until it is tried again, when it is refused for what may change without it */
    private Seen take(String name, String content, int pause) throws InterruptedException {
        boolean waits = !routes.awaitNeeds(name, content, Duration.ZERO).isEmpty();
        try {
            routes.takeFile(name, content);
            return new Seen(content, true, false, 0, 0);
        } catch (RouteException e) {
            boolean later = waits || e.getCause() instanceof StartFailure;
            if (pause == 1) {
                LOG.error("{} does not run as it is in {}; what ran before runs on:\n{}", name, folder, e.getMessage());
            }
            return later ? new Seen(content, true, false, pause, pause) : new Seen(content, true, false, 0, 0);
        }
    }

    /** An editor that saves by removing and writing anew has its file back soon. */
    private void gone(String name) {
        Seen before = seen.getOrDefault(name, new Seen("", false, false, 0, 0));
        if (!before.gone) {
            seen.put(name, new Seen(before.content, before.taken, true, 0, 0));
            return;
        }
        seen.remove(name);
        try {
            routes.fileGone(name);
        } catch (RouteException e) {
            LOG.error(
                    "The file {} is gone from {}, and its routes could not be removed: {}",
                    name,
                    folder,
                    e.getMessage());
        }
    }

    /** Ends the looking; a text that is being taken in is finished first. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(RouteDefaults.SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A text from {} is still being taken in after {} s", folder, RouteDefaults.SHUTDOWN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
