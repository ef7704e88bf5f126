package io.qanat.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The shipped package, changed copies of it, and windows for it. */
public final class Packages {
    public static final List<String> CHANNELS = List.of("humidity", "temperature");
    public static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SHIPPED =
            Path.of(System.getProperty("qanat.models", "../../models"), "mote-detector", "1.0.0");

    private Packages() {}

    public static Path shipped() {
        return SHIPPED;
    }

    /** A copy below {@code parent}, named as the version. */
    static Path copy(Path parent, String version) throws IOException {
        Path target = Files.createDirectories(parent.resolve(version));
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(SHIPPED.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        edit(target, manifest -> manifest.put("version", version));
        return target;
    }

    /** Version 1.0.1, which runs the fp32 file. */
    public static Path newer(Path parent) throws IOException {
        Path folder = copy(parent, "1.0.1");
        edit(folder, manifest -> manifest.put("defaultVariant", "fp32"));
        return folder;
    }

    static void edit(Path folder, Consumer<ObjectNode> change) throws IOException {
        change(folder.resolve("model.json"), change);
    }

    /** Changes the golden samples and lists their new sha256, so that only their content is wrong. */
    static void editGolden(Path folder, Consumer<ObjectNode> change) throws IOException {
        Path golden = folder.resolve("golden/samples.json");
        change(golden, change);
        list(folder, "golden/samples.json");
    }

    /** Lists the sha256 that the file now has. */
    static void list(Path folder, String file) throws IOException {
        String sha256 = sha256(folder.resolve(file));
        edit(folder, manifest -> ((ObjectNode) manifest.get("files")).put(file, sha256));
    }

    private static void change(Path file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode top = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(top);
        JSON.writeValue(file.toFile(), top);
    }

    static ArrayNode array(JsonNode parent, String field) {
        return (ArrayNode) parent.get(field);
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The golden inputs, as windows of {@code asset}. */
    public static List<Window> windows(String asset) throws IOException {
        JsonNode input =
                JSON.readTree(SHIPPED.resolve("golden/samples.json").toFile()).get("input");
        List<Window> windows = new ArrayList<>();
        for (JsonNode sample : input) {
            float[] values = new float[32];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) sample.get(i / 2).get(i % 2).doubleValue();
            }
            windows.add(window(asset, values));
        }
        return windows;
    }

    /** What the int8 variant must say of {@link #windows}. */
    public static List<Double> scores() throws IOException {
        List<Double> scores = new ArrayList<>();
        JSON.readTree(SHIPPED.resolve("golden/samples.json").toFile())
                .at("/expected/int8/score")
                .forEach(score -> scores.add(score.doubleValue()));
        return scores;
    }

    public static Window window(String asset, float... values) {
        return new Window(asset, CHANNELS, values, START, START.plusSeconds(75), System.nanoTime());
    }
}
