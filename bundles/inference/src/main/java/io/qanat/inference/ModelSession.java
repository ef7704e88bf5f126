package io.qanat.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a model in ONNX Runtime: its file has the inputs and outputs of its manifest, and it gave the golden
 * samples their scores.
 *
 * <p>Threads: one at a time runs, through {@link BatchBuffers}.
 */
final class ModelSession implements AutoCloseable {
    private static final Map<OnnxJavaType, String> TYPES =
            Map.of(OnnxJavaType.FLOAT, "float32", OnnxJavaType.DOUBLE, "float64");

    private static final Logger LOG = LoggerFactory.getLogger(ModelSession.class);

    private final Path file;
    private final Manifest manifest;
    private final ModelRef ref;
    private final Tolerance tolerance;
    private final OrtSession ort;
    private long singleRunNanos = Long.MAX_VALUE;

    private ModelSession(ModelPackage source, Path file, OrtSession ort) {
        this.file = file;
        this.manifest = source.manifest();
        this.ref = source.ref();
        this.tolerance = source.variant().tolerance();
        this.ort = ort;
    }

    /** Loads the package's variant once per instance, each checked against the manifest and the golden samples. */
    static List<ModelSession> load(ModelPackage source, Placement placement) throws ModelException {
        List<ModelSession> sessions = new ArrayList<>(placement.instances());
        try {
            GoldenSamples golden = source.golden();
            for (int i = 0; i < placement.instances(); i++) {
                sessions.add(load(source, golden, placement));
            }
            return List.copyOf(sessions);
        } catch (ModelException | RuntimeException | Error e) {
            sessions.forEach(ModelSession::close);
            throw e;
        }
    }

    private static ModelSession load(ModelPackage source, GoldenSamples golden, Placement placement)
            throws ModelException {
        ModelSession session = open(source, placement);
        try {
            session.selfTest(golden);
            return session;
        } catch (ModelException | RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    /** Loads the package's variant and checks it against the manifest; its scores are not looked at yet. */
    static ModelSession open(ModelPackage source, Placement placement) throws ModelException {
        Path file = source.modelFile();
        ModelSession session = new ModelSession(source, file, open(file, placement));
        try {
            session.checkSignature();
            return session;
        } catch (ModelException | RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static OrtSession open(Path file, Placement placement) throws ModelException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(placement.intraOpThreads());
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            ExecutionProviders.add(placement.provider(), options);
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new ModelException(
                    file + " is not a model that ONNX Runtime can load with " + placement + ": " + e.getMessage()
                            + ": export the model again, for an opset that this ONNX Runtime knows",
                    e);
        }
    }

    private void checkSignature() throws ModelException {
        try {
            Map<String, NodeInfo> inputs = ort.getInputInfo();
            check("input", manifest.input(), inputs);
            if (inputs.size() != 1) {
                throw new ModelException(file + " has the inputs " + new TreeMap<>(inputs).keySet()
                        + ", but model.json gives only " + manifest.input().name() + ": a model takes one input");
            }
            for (TensorSpec output : manifest.outputs()) {
                check("output", output, ort.getOutputInfo());
            }
        } catch (OrtException e) {
            throw new ModelException(
                    file + ": ONNX Runtime does not tell its inputs and outputs: " + e.getMessage(), e);
        }
    }

    private void check(String kind, TensorSpec expected, Map<String, NodeInfo> found) throws ModelException {
        NodeInfo node = found.get(expected.name());
        if (node == null) {
            throw new ModelException(file + " has no " + kind + " " + expected.name()
                    + ", which model.json gives; it has " + new TreeMap<>(found).keySet());
        }
        if (!(node.getInfo() instanceof TensorInfo tensor) || !fits(expected, tensor)) {
            throw new ModelException(
                    file + ", " + kind + " " + expected.name() + ": model.json gives " + expected.text()
                            + ", but the model has " + text(node) + ": correct model.json or export the model again");
        }
    }

    private static boolean fits(TensorSpec expected, TensorInfo found) {
        long[] shape = found.getShape();
        if (!type(found).equals(expected.type())
                || shape.length != expected.row().size() + 1
                || shape[0] != (expected.batch() == 0 ? -1 : expected.batch())) {
            return false;
        }
        for (int i = 1; i < shape.length; i++) {
            // A free dimension of the model is bound by the manifest.
            if (shape[i] != -1 && shape[i] != expected.row().get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static String type(TensorInfo tensor) {
        return TYPES.getOrDefault(tensor.type, tensor.type.name().toLowerCase(Locale.ROOT));
    }

    private static String text(NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo tensor)) {
            return "no tensor";
        }
        StringBuilder text = new StringBuilder(type(tensor)).append(" [");
        for (int i = 0; i < tensor.getShape().length; i++) {
            text.append(i == 0 ? "" : ",").append(tensor.getShape()[i] == -1 ? "n" : tensor.getShape()[i]);
        }
        return text.append(']').toString();
    }

    /** As one batch and each alone: a model whose rows touch each other would fail in one of them. */
    void selfTest(GoldenSamples golden) throws ModelException {
        int count = Math.min(golden.inputs().size(), manifest.input().mostWindows());
        try (BatchBuffers buffers = buffers(count)) {
            test(golden, 0, count, buffers);
            for (int i = 0; i < golden.inputs().size(); i++) {
                test(golden, i, i + 1, buffers);
            }
        } catch (OrtException e) {
            throw new ModelException(file + " fails on the golden samples: " + e.getMessage(), e);
        }
    }

    private void test(GoldenSamples golden, int from, int to, BatchBuffers buffers)
            throws OrtException, ModelException {
        buffers.begin();
        for (int i = from; i < to; i++) {
            buffers.put(golden.inputs().get(i));
        }
        long start = System.nanoTime();
        buffers.run(to - from);
        singleRunNanos = to - from == 1 ? Math.min(singleRunNanos, System.nanoTime() - start) : singleRunNanos;
        for (int i = from; i < to; i++) {
            compare(i, buffers.score(i - from), golden.scores().get(i));
        }
    }

    private void compare(int sample, float actual, float expected) throws ModelException {
        if (!tolerance.allows(actual, expected)) {
            throw new ModelException(file + " gives golden sample " + sample + " the score " + actual + ", expected "
                    + expected + " within " + tolerance.absolute() + " + " + tolerance.relative()
                    + " of it: the model does not compute here what it was released with");
        }
    }

    /** Memory to run on; close it before this session. */
    BatchBuffers buffers(int maxBatch) {
        return new BatchBuffers(this, ort, maxBatch);
    }

    /** How long a run of one window took at best in the self-test. */
    long singleRunNanos() {
        return singleRunNanos;
    }

    /** Bytes of the model's file: about what its weights take. */
    long fileBytes() {
        return file.toFile().length();
    }

    Manifest manifest() {
        return manifest;
    }

    ModelRef ref() {
        return ref;
    }

    @Override
    public void close() {
        try {
            ort.close();
        } catch (OrtException e) {
            // The scores are right all the same, and whoever closes can do nothing about it.
            LOG.warn("{}: ONNX Runtime could not close the session, its memory stays in use", file, e);
        }
    }
}
