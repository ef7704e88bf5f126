package io.qanat.gateway;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the product's files are. The script {@code qanat} names the folder with the system property {@code qanat.home}.
 *
 * @param root the folder with {@code routes}, {@code models} and {@code kura-deploy}
 */
public record Home(Path root) {
    public Home {
        if (!Files.isDirectory(root.resolve("routes"))) {
            throw new IllegalArgumentException(
                    "There is no folder 'routes' in " + root + ": start the program with the script ./qanat");
        }
    }

    /** The folder that {@code qanat.home} names, by default the current one. */
    public static Home find() {
        return new Home(
                Path.of(System.getProperty("qanat.home", ".")).toAbsolutePath().normalize());
    }

    public Path bundles() {
        return root.resolve("kura-deploy/gateway/target/gateway/bundles");
    }

    public Path models() {
        return root.resolve("models");
    }

    public Path route() {
        return root.resolve("routes/readings-to-alarms.xml");
    }

    public Path recording() {
        return root.resolve("kura-deploy/gateway/recordings/suthaharan_single_hop/data.csv");
    }
}
