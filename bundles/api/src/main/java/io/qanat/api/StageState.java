package io.qanat.api;

import java.util.Objects;

/**
 * What a stage must know again after a restart, for one key.
 *
 * @param stage who remembers, such as {@code alarm:mote-anomaly}
 * @param key what about, such as the asset
 * @param value the stage's own format, UTF-8 text
 */
public record StageState(String stage, String key, String value) {
    public StageState {
        Require.text(stage, "stage");
        Require.text(key, "key");
        Objects.requireNonNull(value, "value");
    }
}
