package io.qanat.api;

/** How a reading's journey ended, from best to worst: a reading in several windows takes the worst. */
public enum Outcome {
    /** Scored, and no alarm was active. */
    NORMAL,
    /** In a window during which an alarm was active. */
    ALARMED,
    /** Refused, for a reason that is counted by name. */
    REJECTED,
    /** Given up by the gateway, which had no time for it, for a reason that is counted by name. */
    DROPPED;

    /** Whether a reason goes with it. */
    public boolean hasReason() {
        return this == REJECTED || this == DROPPED;
    }
}
