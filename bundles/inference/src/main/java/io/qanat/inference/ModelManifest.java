package io.qanat.inference;

import io.qanat.api.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code model.json} says of a package, as far as it is needed to run it; see docs/formats.md.
 *
 * @param name of the model; routes use it
 * @param version of the package
 * @param input the one input: {@code float32 [null, length, channels]}, raw units
 * @param outputs among them {@code score float32 [null]}, perhaps {@code contributions float32 [null, channels]}
 * @param window the windows that it scores
 * @param threshold score from which it calls a window anomalous
 * @param defaultVariant the variant to run
 * @param variants at least one
 * @param golden file of the golden samples
 * @param files SHA-256 of every file, by path relative to the package
 */
record ModelManifest(
        String name,
        String version,
        TensorSpec input,
        List<TensorSpec> outputs,
        WindowSpec window,
        double threshold,
        String defaultVariant,
        List<Variant> variants,
        String golden,
        Map<String, String> files) {
    static final String SCORE = "score";
    static final String CONTRIBUTIONS = "contributions";
    private static final String FLOAT = "float32";

    ModelManifest {
        outputs = List.copyOf(outputs);
        variants = List.copyOf(variants);
        files = Map.copyOf(files);
    }

    Optional<TensorSpec> output(String output) {
        return outputs.stream().filter(spec -> spec.name().equals(output)).findFirst();
    }

    boolean givesContributions() {
        return output(CONTRIBUTIONS).isPresent();
    }

    Variant variant() throws ModelException {
        return variants.stream()
                .filter(candidate -> candidate.name().equals(defaultVariant))
                .findFirst()
                .orElseThrow(() -> new ModelException("defaultVariant is '" + defaultVariant + "', the variants are "
                        + variants.stream().map(Variant::name).collect(Collectors.joining(", "))));
    }

    /** Refuses a manifest that contradicts itself or asks for what the gateway cannot run. */
    void check() throws ModelException {
        long channels = window.channels().size();
        input.require(
                new TensorSpec(input.name(), FLOAT, List.of(TensorSpec.ANY, (long) window.length(), channels)),
                "input",
                "its window needs");
        TensorSpec score = output(SCORE)
                .orElseThrow(() -> new ModelException("outputs have no 'score': expected one, float32[null]"));
        score.require(new TensorSpec(SCORE, FLOAT, List.of(TensorSpec.ANY)), "output", "a score needs");
        if (givesContributions()) {
            TensorSpec expected = new TensorSpec(CONTRIBUTIONS, FLOAT, List.of(TensorSpec.ANY, channels));
            output(CONTRIBUTIONS).orElseThrow().require(expected, "output", "its window needs");
        }
        requireListed(variant().file());
        requireListed(golden);
    }

    private void requireListed(String file) throws ModelException {
        if (!files.containsKey(file)) {
            throw new ModelException("files does not list " + file + ": give its SHA-256, as of every file in use");
        }
    }
}
