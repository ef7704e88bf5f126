package io.qanat.routes;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs after a start what is configured and what ran before, one text after the other, each as soon as what it needs is
 * there: after a start the bundles come in any order. Texts whose routes do not start are tried again and again, less and
 * less often; texts with mistakes are not.
 *
 * <p>Threads: its own, {@code qanat-route-files}, which ends with the last text or with {@link #close}.
 */
final class RouteFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final List<Path> files;
    private final GatewayRoutes routes;
    private final Duration patience;
    private final Thread thread = new Thread(this::load, "qanat-route-files");

    /** @param patience after which it is said once what is awaited, and the first pause before another try */
    RouteFiles(List<Path> files, GatewayRoutes routes, Duration patience) {
        this.files = List.copyOf(files);
        this.routes = routes;
        this.patience = patience;
    }

    void start() {
        thread.start();
    }

    private void load() {
        Deque<Start> waiting = new ArrayDeque<>();
        files.forEach(file -> waiting.add(() -> load(file)));
        try {
            routes.withoutFile().forEach(name -> waiting.add(() -> resume(name)));
        } catch (RouteException e) {
            LOG.error("What ran before the restart is not known: {}", e.getMessage());
        }
        try {
            loadAll(waiting);
        } catch (InterruptedException e) {
            // Closed: nobody needs the rest.
            LOG.debug("No more texts are loaded", e);
        }
    }

    private void loadAll(Deque<Start> waiting) throws InterruptedException {
        Duration pause = patience;
        while (!waiting.isEmpty()) {
            for (int i = waiting.size(); i > 0; i--) {
                Start next = waiting.remove();
                if (!next.isDone()) {
                    waiting.add(next);
                }
            }
            if (!waiting.isEmpty()) {
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private boolean load(Path file) throws InterruptedException {
        String name = String.valueOf(file.getFileName());
        try {
            String text = Files.readString(file);
            awaitNeeds(name, text);
            routes.takeFile(name, text);
            return true;
        } catch (RouteException e) {
            return refused(name, e);
        } catch (IOException e) {
            LOG.error(
                    "The routes of {} do not run; see that the file can be read and load it again: {}",
                    file,
                    e.toString());
            routes.refuse(name, file + " cannot be read: " + e);
        } catch (RuntimeException e) {
            LOG.error("The routes of {} do not run", file, e);
            routes.refuse(name, "cannot be loaded: " + e);
        }
        return true;
    }

    private boolean resume(String name) throws InterruptedException {
        try {
            awaitNeeds(name, routes.resumed(name));
            routes.resume(name);
            return true;
        } catch (RouteException e) {
            return refused(name, e);
        }
    }

    /** What does not start may do so later, when a broker's name is known again; a mistake stays one. */
    private static boolean refused(String name, RouteException e) {
        boolean later = e.getCause() instanceof StartFailure;
        LOG.error(
                "The routes of {} do not run; {}:\n{}",
                name,
                later ? "they are tried again" : "correct the text and load it again",
                e.getMessage());
        return !later;
    }

    private void awaitNeeds(String name, String text) throws InterruptedException {
        List<String> missing = routes.awaitNeeds(name, text, patience);
        if (!missing.isEmpty()) {
            LOG.warn("The routes of {} wait for what they need:\n{}", name, String.join("\n", missing));
        }
        while (!missing.isEmpty()) {
            missing = routes.awaitNeeds(name, text, patience);
        }
    }

    /** Returns when the thread has ended. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(RouteDefaults.SHUTDOWN_SECONDS).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Start {
        boolean isDone() throws InterruptedException;
    }
}
