package io.qanat.api;

import java.util.Objects;

/**
 * One check of a model package.
 *
 * @param name what was looked at, such as {@code signature} or {@code golden int8}
 * @param result what came out
 * @param detail what was found; when it failed what is wrong, where, and what to do
 */
public record ModelCheck(String name, Result result, String detail) {
    /** What came out of a check. */
    public enum Result {
        /** It is as it must be. */
        PASSED,
        /** The gateway would refuse the package. */
        FAILED,
        /** It was not looked at: nobody wants to know, or an earlier check failed. */
        SKIPPED
    }

    public ModelCheck {
        Require.text(name, "name");
        Objects.requireNonNull(result, "result");
        Require.text(detail, "detail");
    }
}
