package io.qanat.inference;

import java.util.List;
import java.util.Locale;

/**
 * Where a model runs.
 *
 * @param instances how many runs at a time, 1 to 64; each has a session and a thread of its own
 * @param intraOpThreads threads of one run, 1 to 64
 * @param provider ONNX Runtime's execution provider, in lower case, such as {@code cpu}
 */
public record Placement(int instances, int intraOpThreads, String provider) {
    /** The provider that every ONNX Runtime has. */
    public static final String CPU = "cpu";

    private static final List<String> PROVIDERS =
            List.of(CPU, "xnnpack", "acl", "cuda", "tensorrt", "openvino", "coreml", "nnapi");
    /** Most instances, and most threads of one run. */
    public static final int MOST = 64;

    /** One run at a time on one thread: what small models are fastest with. It stands behind what it is checked against. */
    public static final Placement DEFAULT = new Placement(1, 1, CPU);

    public Placement {
        requireCount("instances", instances);
        requireCount("intraOpThreads", intraOpThreads);
        provider = provider.toLowerCase(Locale.ROOT);
        if (!PROVIDERS.contains(provider)) {
            throw new IllegalArgumentException(
                    "provider is " + provider + ": it must be one of " + String.join(", ", PROVIDERS));
        }
    }

    private static void requireCount(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(name + " is " + value + ": it must be 1 to " + MOST);
        }
    }

    /** The same with another number of runs at a time. */
    Placement withInstances(int count) {
        return new Placement(count, intraOpThreads, provider);
    }

    /** As in an endpoint's URI. */
    @Override
    public String toString() {
        return "instances=" + instances + "&intraOpThreads=" + intraOpThreads + "&provider=" + provider;
    }
}
