package io.qanat.routes;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the configured texts one after the other, each as soon as its components are there: after a start the bundles
 * come in any order.
 *
 * <p>Threads: its own, {@code qanat-route-files}, which ends with the last text or with {@link #close}.
 */
final class RouteFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);

    private final List<Path> files;
    private final GatewayRoutes routes;
    private final Duration patience;
    private final Thread thread = new Thread(this::load, "qanat-route-files");

    /** @param patience after which it is said once what is awaited */
    RouteFiles(List<Path> files, GatewayRoutes routes, Duration patience) {
        this.files = List.copyOf(files);
        this.routes = routes;
        this.patience = patience;
    }

    void start() {
        thread.start();
    }

    private void load() {
        try {
            for (Path file : files) {
                load(file);
            }
        } catch (InterruptedException e) {
            // Closed: nobody needs the rest.
            LOG.debug("No more texts are loaded", e);
        }
    }

    private void load(Path file) throws InterruptedException {
        try {
            String text = Files.readString(file);
            awaitComponents(file, text);
            routes.load(String.valueOf(file.getFileName()), text);
        } catch (RouteException e) {
            LOG.error("The routes of {} do not run; correct the text and load it again:\n{}", file, e.getMessage());
        } catch (IOException e) {
            LOG.error(
                    "The routes of {} do not run; see that the file can be read and load it again: {}",
                    file,
                    e.toString());
            routes.refuse(String.valueOf(file.getFileName()), file + " cannot be read: " + e);
        } catch (RuntimeException e) {
            LOG.error("The routes of {} do not run", file, e);
            routes.refuse(String.valueOf(file.getFileName()), "cannot be loaded: " + e);
        }
    }

    private void awaitComponents(Path file, String text) throws InterruptedException {
        List<String> missing = routes.awaitNeeds(String.valueOf(file.getFileName()), text, patience);
        if (!missing.isEmpty()) {
            LOG.warn("The routes of {} wait for components:\n{}", file, String.join("\n", missing));
        }
        while (!missing.isEmpty()) {
            missing = routes.awaitNeeds(String.valueOf(file.getFileName()), text, patience);
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
}
