package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Map;

/**
 * A way on which more may come to an endpoint than may be sent there.
 *
 * @param trail up to the endpoint
 * @param told what would come
 * @param accepted what may
 * @param advice what to do
 */
record Leak(Trail trail, DataClass told, DataClass accepted, String advice) {
    private static final Map<DataClass, String> LIMITS = Map.of(
            DataClass.NONE, "nothing that was measured or made of it",
            DataClass.ALARM, "alarms only",
            DataClass.DERIVED, "scores and alarms only",
            DataClass.RAW, "everything");

    /** @param text whose lines are meant */
    String line(String text) {
        int line = Math.max(trail.lastLineIn(text), 1);
        return text + ":" + line + ": " + told.content() + " could leave the gateway: " + trail.shown(text)
                + ", which may be sent " + LIMITS.get(accepted) + ": " + advice;
    }
}
