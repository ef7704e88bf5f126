package io.qanat.routes.dryrun;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A setting that {@code alarm:} does not take. */
final class SettingRefused extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    SettingRefused(Map<String, String> setting, Throwable cause) {
        super("the setting " + setting + " is not possible: " + innermost(cause).getMessage(), cause);
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause == failure ? failure : innermost(cause);
    }

    /** Throws the refusal that is behind a failure, if one is. */
    static void rethrow(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingRefused refused) {
                throw refused;
            }
        }
    }
}
