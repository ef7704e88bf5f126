package io.qanat.api;

import java.util.Objects;

/**
 * One version of a model that is on the gateway.
 *
 * @param name the model's name
 * @param version version of its package
 * @param state what it is used for
 */
public record ModelVersion(String name, String version, State state) {
    /** What a version is used for. */
    public enum State {
        /** Routes get its scores. */
        ACTIVE,
        /** It sees the same windows, and its scores are compared and not used. */
        SHADOW,
        /** It is there and not loaded. */
        INSTALLED
    }

    public ModelVersion {
        Require.text(name, "name");
        Require.text(version, "version");
        Objects.requireNonNull(state, "state");
    }
}
