package io.qanat.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the product's files are. The script {@code qanat} names the folder with the system property {@code qanat.home}.
 *
 * @param root the folder with {@code routes}, {@code models} and {@code kura-deploy}
 */
public record Home(Path root) {
    private static final String CONNECTOR = "io.qanat.camel-";

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

    /**
     * The jar of an optional connector.
     *
     * @param connector its name, such as {@code kafka}, or the path of another bundle's jar
     * @throws IllegalArgumentException when there is none; the message names those that there are
     */
    public Path connector(String connector) {
        if (connector.endsWith(".jar") && Files.isRegularFile(Path.of(connector))) {
            return Path.of(connector).toAbsolutePath();
        }
        Map<String, Path> shipped = connectors();
        return Optional.ofNullable(shipped.get(connector))
                .orElseThrow(() -> new IllegalArgumentException("--connector is '" + connector
                        + "': it must be the path of a bundle's jar, or one of " + shipped.keySet()));
    }

    private Map<String, Path> connectors() {
        Path folder = root.resolve("kura-deploy/gateway/target/gateway/connectors");
        Map<String, Path> connectors = new TreeMap<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, CONNECTOR + "*.jar")) {
            jars.forEach(jar -> connectors.put(connectorName(jar), jar));
        } catch (IOException e) {
            throw new UncheckedIOException("The connectors in " + folder + " cannot be listed", e);
        }
        return connectors;
    }

    private static String connectorName(Path jar) {
        return jar.getFileName().toString().substring(CONNECTOR.length()).replaceFirst("-\\d.*", "");
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
