package io.qanat.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code model.json} says, as far as scoring needs it.
 *
 * @param name of the model
 * @param version of the package
 * @param input shape {@code [n, length, channels]}, n free or fixed
 * @param outputs at least {@code score}
 * @param channels the columns of a window, in order
 * @param threshold from which a score is called anomalous
 * @param defaultVariant the one that runs, where nobody asks for another
 * @param variants by name
 * @param golden path of the golden samples
 * @param files sha256 of each file by path, lower-case hexadecimal
 * @param placement how the package wants to run, where an endpoint does not say otherwise
 */
record Manifest(
        String name,
        String version,
        TensorSpec input,
        List<TensorSpec> outputs,
        List<String> channels,
        double threshold,
        String defaultVariant,
        Map<String, Variant> variants,
        String golden,
        Map<String, String> files,
        Placement placement) {
    /** The output that holds one score a window. */
    static final String SCORE = "score";

    /** The output that holds the share of each channel; optional. */
    static final String CONTRIBUTIONS = "contributions";

    Manifest {
        outputs = List.copyOf(outputs);
        channels = List.copyOf(channels);
        variants = Map.copyOf(variants);
        files = Map.copyOf(files);
    }

    /** Number of readings in a window. */
    int length() {
        return input.row().get(0);
    }

    Optional<TensorSpec> output(String wanted) {
        return outputs.stream().filter(output -> output.name().equals(wanted)).findFirst();
    }

    /** One file of the package that computes the same scores. */
    record Variant(String name, String file, Tolerance tolerance) {}
}
