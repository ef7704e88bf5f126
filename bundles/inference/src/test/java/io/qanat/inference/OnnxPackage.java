package io.qanat.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.Window;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Model packages around an {@link OnnxGraph}; their golden scores are what ONNX Runtime gives here. */
final class OnnxPackage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SAMPLES = 4;

    private OnnxPackage() {}

    static Path write(Path parent, String name, String version, OnnxGraph graph) throws IOException {
        return write(parent, name, version, graph, manifest -> {});
    }

    /** @param change to the manifest before it is written */
    static Path write(Path parent, String name, String version, OnnxGraph graph, Consumer<ObjectNode> change)
            throws IOException {
        byte[] model = graph.bytes();
        return write(parent, name, version, graph, model, golden(model, graph), change);
    }

    /** For models that cannot run here: the golden scores are 0. */
    static Path writeUnrun(Path parent, String name, OnnxGraph graph) throws IOException {
        return write(parent, name, "1.0.0", graph, graph.bytes(), new float[SAMPLES], manifest -> {});
    }

    private static Path write(
            Path parent,
            String name,
            String version,
            OnnxGraph graph,
            byte[] model,
            float[] scores,
            Consumer<ObjectNode> change)
            throws IOException {
        Path folder = parent.resolve(name).resolve(version);
        Files.createDirectories(folder.resolve("golden"));
        Files.write(folder.resolve("model.onnx"), model);
        JSON.writeValue(folder.resolve("golden/samples.json").toFile(), samples(graph, scores));
        ObjectNode manifest = manifest(name, version, graph);
        change.accept(manifest);
        JSON.writeValue(folder.resolve("model.json").toFile(), manifest);
        Packages.list(folder, "model.onnx");
        Packages.list(folder, "golden/samples.json");
        return folder;
    }

    private static ObjectNode manifest(String name, String version, OnnxGraph graph) {
        ObjectNode manifest = JSON.createObjectNode()
                .put("schemaVersion", 1)
                .put("name", name)
                .put("version", version)
                .put("threshold", 1.0)
                .put("defaultVariant", "fp32")
                .put("golden", "golden/samples.json");
        manifest.putObject("input").put("name", "input").put("type", "float32").set("shape", shape(graph));
        ObjectNode score = manifest.putArray("outputs").addObject();
        score.put("name", "score").put("type", "float32").putArray("shape").addNull();
        ObjectNode window = manifest.putObject("window").put("length", graph.length());
        window.set("channels", JSON.valueToTree(channels(graph)));
        ObjectNode variant = manifest.putArray("variants").addObject();
        variant.put("name", "fp32").put("file", "model.onnx");
        variant.putObject("tolerance").put("absolute", 1e-3).put("relative", 1e-3);
        manifest.putObject("files");
        return manifest;
    }

    private static ArrayNode shape(OnnxGraph graph) {
        return JSON.createArrayNode().addNull().add(graph.length()).add(graph.channels());
    }

    private static ObjectNode samples(OnnxGraph graph, float[] scores) {
        ObjectNode top = JSON.createObjectNode();
        ArrayNode input = top.putArray("input");
        for (int i = 0; i < SAMPLES; i++) {
            input.add(JSON.valueToTree(values(graph, i)));
        }
        top.putObject("expected").putObject("fp32").set("score", JSON.valueToTree(scores));
        return top;
    }

    private static float[] golden(byte[] model, OnnxGraph graph) throws IOException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        float[] scores = new float[SAMPLES];
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model, options)) {
            int rows = rows(session);
            for (int i = 0; i < SAMPLES; i++) {
                scores[i] = score(session, graph, rows, values(graph, i));
            }
            return scores;
        } catch (OrtException e) {
            throw new IOException(e);
        }
    }

    private static int rows(OrtSession session) throws OrtException {
        NodeInfo input = session.getInputInfo().values().iterator().next();
        return input.getInfo() instanceof TensorInfo tensor ? (int) Math.max(1, tensor.getShape()[0]) : 1;
    }

    private static float score(OrtSession session, OnnxGraph graph, int rows, float[] values) throws OrtException {
        FloatBuffer input = FloatBuffer.allocate(rows * values.length);
        IntStream.range(0, rows).forEach(row -> input.put(values));
        long[] shape = {rows, graph.length(), graph.channels()};
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input.flip(), shape);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            return ((float[]) result.get(0).getValue())[0];
        }
    }

    /** Values of golden sample {@code index}: their mean is near {@code 1 + index}. */
    static float[] values(OnnxGraph graph, int index) {
        float[] values = new float[graph.length() * graph.channels()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + index + (i % 2 == 0 ? 0.25F : -0.25F);
        }
        return values;
    }

    static List<String> channels(OnnxGraph graph) {
        return IntStream.range(0, graph.channels()).mapToObj(i -> "c" + i).toList();
    }

    static Window window(OnnxGraph graph, String asset, float... values) {
        return new Window(
                asset, channels(graph), values, Packages.START, Packages.START.plusSeconds(75), System.nanoTime());
    }
}
