package io.qanat.gateway;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What the operator sets by files of a folder: {@code PID.properties} for a component, {@code PID-NAME.properties} for
 * one of several. The instance's name is its {@code camel.bean}, by which routes name it.
 *
 * @param byName what is in each file, by its name without the ending
 */
record ConfigFiles(Map<String, Map<String, Object>> byName) {
    private static final String ENDING = ".properties";

    ConfigFiles {
        byName = Map.copyOf(byName);
    }

    /** Without the folder there are none. */
    static ConfigFiles read(Path folder) {
        Map<String, Map<String, Object>> read = new HashMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    read.put(name.substring(0, name.length() - ENDING.length()), properties(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The configuration in " + folder + " cannot be read: " + e, e);
            }
        }
        return new ConfigFiles(read);
    }

    private static Map<String, Object> properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, Object> values = new HashMap<>();
        properties.forEach((name, value) ->
                values.put(String.valueOf(name), String.valueOf(value).strip()));
        return values;
    }

    Map<String, Object> of(String pid) {
        return byName.getOrDefault(pid, Map.of());
    }

    /** By name. */
    Map<String, Map<String, Object>> instances(String pid) {
        Map<String, Map<String, Object>> instances = new TreeMap<>();
        byName.forEach((name, values) -> {
            if (name.startsWith(pid + "-")) {
                Map<String, Object> named = new HashMap<>(values);
                named.put("camel.bean", name.substring(pid.length() + 1));
                instances.put(name.substring(pid.length() + 1), named);
            }
        });
        return instances;
    }
}
