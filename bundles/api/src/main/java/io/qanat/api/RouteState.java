package io.qanat.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One route as it is now. Messages count from the last time that its text was loaded.
 *
 * @param id of the route
 * @param text name of its text
 * @param version of its text, 0 when no versions are kept
 * @param state such as {@code Started}; {@code Waiting} for a component
 * @param since when its text was loaded
 * @param done messages that were completed
 * @param failed messages that failed
 * @param inFlight messages on their way
 * @param lastMessage when the last one came
 * @param lastFailure kind of the last failure, without what the message held; empty when there was none
 * @param stalled what is unusual when no message came for long; empty otherwise
 */
public record RouteState(
        String id,
        String text,
        int version,
        String state,
        Instant since,
        long done,
        long failed,
        int inFlight,
        Optional<Instant> lastMessage,
        String lastFailure,
        String stalled) {
    public RouteState {
        Require.text(id, "id");
        Require.text(text, "text");
        Require.text(state, "state");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(lastMessage, "lastMessage");
        Objects.requireNonNull(lastFailure, "lastFailure");
        Objects.requireNonNull(stalled, "stalled");
        Require.notNegative(done, "done");
        Require.notNegative(failed, "failed");
    }
}
