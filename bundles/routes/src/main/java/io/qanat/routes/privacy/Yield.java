package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Optional;

/**
 * What a step leaves in the body.
 *
 * @param value empty for what was there before
 */
record Yield(Optional<DataClass> value) {
    static final Yield SAME = new Yield(Optional.empty());

    static Yield of(String text) {
        return text.equals("same") ? SAME : new Yield(Optional.of(DataClass.of(text)));
    }

    DataClass after(DataClass before) {
        return value.orElse(before);
    }
}
