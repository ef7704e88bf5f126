package io.qanat.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What runs in the gateway is replaced while it runs. */
final class SoftwareFaults {
    /** In flow order; the connector and the routes that use it are last. */
    private static final List<String> STAGES =
            List.of("store", "ingest", "mqtt", "window", "inference", "alarm", "outbox", "camel-http", "routes");

    private SoftwareFaults() {}

    static void swapRoutes(Plant plant) throws Exception {
        for (int i = 0; i < 5; i++) {
            plant.gateway().loadRoutes(plant.routes());
            plant.awaitPublished(50);
        }
    }

    static void updateBundles(Plant plant) throws Exception {
        for (String stage : STAGES) {
            plant.gateway().updateBundle(bundle(plant.bundles(), "io.qanat." + stage));
            plant.awaitPublished(50);
        }
    }

    private static Path bundle(Path folder, String name) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> file.getFileName().toString().matches(name.replace(".", "\\.") + "(-\\d.*)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no bundle " + name + " in " + folder));
        }
    }
}
