package io.qanat.gateway;

import io.qanat.api.ModelPackages;
import io.qanat.gateway.launch.OsgiFramework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The bundles in a framework of their own, without any configuration, for commands on package files: no gateway needs to
 * run, and nothing of one is touched.
 *
 * <p>Threads: any; {@link #close()} once.
 */
final class OfflinePackages implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path storage;
    private final OsgiFramework framework;

    private OfflinePackages(Path storage, OsgiFramework framework) {
        this.storage = storage;
        this.framework = framework;
    }

    static OfflinePackages start(Home home) throws IOException {
        Path storage = Files.createTempDirectory("qanat-model");
        return new OfflinePackages(storage, OsgiFramework.start(home.bundles(), storage, Map.of()));
    }

    ModelPackages packages() {
        return framework.service(ModelPackages.class, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        framework.close();
        Folders.delete(storage);
    }
}
