package io.qanat.alarm;

import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.State;
import java.time.Instant;

/**
 * Something to tell of the alarm that was raised then.
 *
 * @param state what happened
 * @param cause why it is told
 * @param raisedAt of which of the asset's alarms
 */
record Notice(State state, Cause cause, Instant raisedAt) {
    static Notice update(Cause cause, Instant raisedAt) {
        return new Notice(State.UPDATED, cause, raisedAt);
    }
}
