package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What editors must know of the components that routes can use here. */
@Command(
        name = "catalog",
        description =
                "Writes what all components of the bundles and connectors say of themselves, for editors:"
                        + " FOLDER/components/NAME.json as in Camel's catalogue, and FOLDER/extra-components.json, one list of all.",
        mixinStandardHelpOptions = true)
final class RouteCatalogCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            defaultValue = "camel-catalog",
            description = "Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("camel-catalog");

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        Map<String, JsonNode> components = new TreeMap<>();
        for (Path jars : new Path[] {home.bundles(), home.bundles().resolveSibling("connectors")}) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(jars, "io.qanat.*.jar")) {
                for (Path jar : all) {
                    try (InputStream content = Files.newInputStream(jar)) {
                        collect(content, components);
                    }
                }
            }
        }
        write(components);
        System.out.println(components.size() + " components are in " + folder + ": " + components.keySet());
        return 0;
    }

    /** Of a jar and the jars nested in it. */
    private static void collect(InputStream jar, Map<String, JsonNode> components) throws IOException {
        ZipInputStream entries = new ZipInputStream(jar);
        for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (entry.getName().startsWith("lib/") && entry.getName().endsWith(".jar")) {
                collect(new ByteArrayInputStream(entries.readAllBytes()), components);
            } else if (entry.getName().startsWith("META-INF/")
                    && entry.getName().endsWith(".json")) {
                component(entries.readAllBytes(), components);
            }
        }
    }

    private static void component(byte[] json, Map<String, JsonNode> components) throws IOException {
        JsonNode description = JSON.readTree(json);
        JsonNode component = description.path("component");
        if (component.path("kind").asText().equals("component")) {
            components.put(component.path("scheme").asText(), description);
        }
    }

    private void write(Map<String, JsonNode> components) throws IOException {
        Path each = Files.createDirectories(folder.resolve("components"));
        ArrayNode all = JSON.createArrayNode();
        for (Map.Entry<String, JsonNode> component : components.entrySet()) {
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(each.resolve(component.getKey() + ".json").toFile(), component.getValue());
            all.add(component.getValue());
        }
        Files.writeString(folder.resolve("components.properties"), String.join("\n", components.keySet()) + "\n");
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("extra-components.json").toFile(), all);
    }
}
