package io.qanat.api;

/**
 * Which model made a score.
 *
 * @param name the model's name
 * @param version version of its package
 * @param variant which file of the package ran, such as {@code int8}
 * @param sha256 of that file, lower-case hexadecimal
 */
public record ModelRef(String name, String version, String variant, String sha256) {
    public ModelRef {
        Require.text(name, "name");
        Require.text(version, "version");
        Require.text(variant, "variant");
        Require.text(sha256, "sha256");
    }
}
