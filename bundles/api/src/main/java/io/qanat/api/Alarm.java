package io.qanat.api;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A change of an alarm, as it is told to the cloud.
 *
 * @param id the alarm's: the same when it is raised and when it is cleared, and the same again when a restart repeats
 *     the decision
 * @param name which alarm, as the route names it
 * @param asset what it is about
 * @param state what happened
 * @param raisedAt {@code observedAt} of the reading that raised it
 * @param observedAt {@code observedAt} of the reading that led to this change
 * @param decidedAt when the gateway decided, by its clock
 * @param score the score that led to this change
 * @param peak the highest score since it was raised
 * @param threshold the score from which it is raised
 * @param contributions share of each channel in {@code score}, by name
 * @param model which model made the score
 */
public record Alarm(
        String id,
        String name,
        String asset,
        State state,
        Instant raisedAt,
        Instant observedAt,
        Instant decidedAt,
        double score,
        double peak,
        double threshold,
        Map<String, Double> contributions,
        ModelRef model) {

    /** What happened to the alarm. */
    public enum State {
        /** The condition holds from now on. */
        RAISED,
        /** The condition no longer holds. */
        CLEARED;

        /** As the formats write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Alarm {
        Require.text(id, "id");
        Require.text(name, "name");
        Require.text(asset, "asset");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(raisedAt, "raisedAt");
        Objects.requireNonNull(observedAt, "observedAt");
        Objects.requireNonNull(decidedAt, "decidedAt");
        Require.finite(score, "score");
        Require.finite(peak, "peak");
        Require.finite(threshold, "threshold");
        contributions = Map.copyOf(contributions);
        Objects.requireNonNull(model, "model");
    }

    /** Identity of this change for de-duplication: the alarm's id and its state. */
    public String eventId() {
        return id + "/" + state.text();
    }
}
