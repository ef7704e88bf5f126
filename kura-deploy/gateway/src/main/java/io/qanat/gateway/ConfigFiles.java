package io.qanat.gateway;

import java.io.IOException;
import java.io.Reader;
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

    /**
     * Without the folder there are none.
     *
     * @throws IOException that names the file which cannot be read
     */
    static ConfigFiles read(Path folder) throws IOException {
        Map<String, Map<String, Object>> read = new HashMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    read.put(name.substring(0, name.length() - ENDING.length()), properties(file));
                }
            }
        }
        return new ConfigFiles(read);
    }

    private static Map<String, Object> properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("the configuration file " + file + " cannot be read: " + e.getMessage(), e);
        }
        Map<String, Object> values = new HashMap<>();
        properties.forEach((name, value) ->
                values.put(String.valueOf(name), String.valueOf(value).strip()));
        return values;
    }

    /** What is to be configured: what the operator says goes before {@code own}. */
    Map<String, Object> over(String pid, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(own);
        all.putAll(byName.getOrDefault(pid, Map.of()));
        return all;
    }

    /** Those whose name begins with this. */
    ConfigFiles only(String beginning) {
        Map<String, Map<String, Object>> kept = new HashMap<>(byName);
        kept.keySet().removeIf(name -> !name.startsWith(beginning));
        return new ConfigFiles(kept);
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
