package io.qanat.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A package whose graph is loaded, agrees with its manifest and has passed its self-test. Whoever loaded it closes it.
 *
 * <p>Threads: any; runs follow one another, since a second caller slows small models down.
 */
final class LoadedModel implements AutoCloseable {
    private final ModelPackage pkg;
    private final OrtSession session;

    private LoadedModel(ModelPackage pkg, OrtSession session) {
        this.pkg = pkg;
        this.session = session;
    }

    /** @throws ModelException when the graph cannot be used; nothing stays open then */
    static LoadedModel load(ModelPackage pkg) throws ModelException {
        LoadedModel model = new LoadedModel(pkg, open(pkg));
        boolean sound = false;
        try {
            model.requireGraph();
            model.selfTest();
            sound = true;
        } finally {
            if (!sound) {
                model.close();
            }
        }
        return model;
    }

    private static OrtSession open(ModelPackage pkg) throws ModelException {
        try (OrtSession.SessionOptions options = options()) {
            return OrtEnvironment.getEnvironment().createSession(pkg.graph().toString(), options);
        } catch (OrtException e) {
            throw new ModelException(
                    "ONNX Runtime cannot load " + pkg.graph() + ": " + e.getMessage() + "; export the graph again", e);
        }
    }

    /** One thread per run: more of them, or threads that spin, were slower for every model that was measured. */
    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        // What goes wrong comes back as an exception; a copy on stderr helps nobody.
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        return options;
    }

    private void requireGraph() throws ModelException {
        List<TensorSpec> inputs = inputs();
        if (inputs.size() != 1) {
            throw new ModelException(pkg.graph() + " has the inputs " + inputs + ", expected one: "
                    + manifest().input());
        }
        inputs.get(0).require(manifest().input(), "input of " + pkg.graph(), "model.json says");
        List<TensorSpec> outputs = outputs();
        for (TensorSpec expected : manifest().outputs()) {
            Optional<TensorSpec> found = outputs.stream()
                    .filter(output -> output.name().equals(expected.name()))
                    .findFirst();
            found.orElseThrow(() -> new ModelException(
                            pkg.graph() + " has the outputs " + outputs + ", model.json says also " + expected))
                    .require(expected, "output of " + pkg.graph(), "model.json says");
        }
    }

    private List<TensorSpec> inputs() throws ModelException {
        try {
            return specs(session.getInputInfo());
        } catch (OrtException e) {
            throw new ModelException("cannot read the inputs of " + pkg.graph() + ": " + e.getMessage(), e);
        }
    }

    private List<TensorSpec> outputs() throws ModelException {
        try {
            return specs(session.getOutputInfo());
        } catch (OrtException e) {
            throw new ModelException("cannot read the outputs of " + pkg.graph() + ": " + e.getMessage(), e);
        }
    }

    private static List<TensorSpec> specs(Map<String, NodeInfo> nodes) {
        List<TensorSpec> specs = new ArrayList<>();
        nodes.forEach((name, node) -> specs.add(spec(name, node)));
        return specs;
    }

    private static TensorSpec spec(String name, NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo tensor)) {
            return new TensorSpec(name, node.getInfo().getClass().getSimpleName(), List.of());
        }
        List<Long> shape = Arrays.stream(tensor.getShape()).boxed().toList();
        return new TensorSpec(name, typeName(tensor.type), shape);
    }

    private static String typeName(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** The golden samples together and one by one: a score must not depend on who shares the batch. */
    private void selfTest() throws ModelException {
        List<Window> windows = pkg.golden().windows();
        try (ModelSession test = new ModelSession(this, windows.size())) {
            test.run(windows);
            for (int i = 0; i < windows.size(); i++) {
                requireGolden(i, test.score(i), "together");
            }
            for (int i = 0; i < windows.size(); i++) {
                test.run(windows.subList(i, i + 1));
                requireGolden(i, test.score(0), "alone");
            }
        } catch (OrtException e) {
            throw new ModelException(
                    "self-test of " + pkg.graph() + " failed: " + e.getMessage() + "; export the graph again", e);
        }
    }

    private void requireGolden(int sample, double found, String how) throws ModelException {
        double expected = pkg.golden().scores().get(sample);
        if (!pkg.variant().tolerance().holds(expected, found)) {
            throw new ModelException("self-test of " + pkg.graph() + " failed: sample " + sample + ", run " + how
                    + ", has score " + found + ", " + manifest().golden() + " says " + expected + " within "
                    + pkg.variant().tolerance()
                    + ": the package does not fit this gateway's processor, or its parts do not belong together");
        }
    }

    /** Fills the pinned outputs. */
    synchronized void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) throws OrtException {
        session.run(inputs, outputs).close();
    }

    ModelManifest manifest() {
        return pkg.manifest();
    }

    ModelRef ref() {
        return pkg.ref();
    }

    /** A run under way finishes first. */
    @Override
    public synchronized void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot free the memory of " + pkg.graph(), e);
        }
    }
}
