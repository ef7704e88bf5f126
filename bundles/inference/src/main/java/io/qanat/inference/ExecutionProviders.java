package io.qanat.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.qanat.api.ModelException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** ONNX Runtime's execution providers by the names that routes use. */
final class ExecutionProviders {
    private static final String SUFFIX = "executionprovider";
    private static final int FIRST_DEVICE = 0;

    private ExecutionProviders() {}

    /**
     * Has a session run on the provider; what it does not support runs on the CPU.
     *
     * @throws ModelException when the library was built without it
     */
    static void add(String provider, SessionOptions options) throws ModelException, OrtException {
        Set<String> available = available();
        if (!available.contains(provider)) {
            throw new ModelException("the execution provider " + provider
                    + " is not in this ONNX Runtime library, which has " + String.join(", ", available)
                    + ": install a build of io.qanat.onnxruntime that has it, or set provider=" + Placement.CPU);
        }
        switch (provider) {
            case "xnnpack" -> options.addXnnpack(Map.of());
            case "acl" -> options.addACL(false);
            case "cuda" -> options.addCUDA(FIRST_DEVICE);
            case "tensorrt" -> options.addTensorrt(FIRST_DEVICE);
            case "openvino" -> options.addOpenVINO("");
            case "coreml" -> options.addCoreML();
            case "nnapi" -> options.addNnapi();
            default -> {
                // The CPU is always there, behind all others.
            }
        }
    }

    private static Set<String> available() {
        Set<String> names = new TreeSet<>();
        for (OrtProvider provider : OrtEnvironment.getAvailableProviders()) {
            String name = provider.getName().toLowerCase(Locale.ROOT);
            names.add(name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name);
        }
        return names;
    }
}
