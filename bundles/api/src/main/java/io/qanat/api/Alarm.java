package io.qanat.api;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A change of an alarm, as it is told to the cloud.
 *
 * @param id the alarm's: the same from its raised to its cleared event, and the same again when a restart repeats the
 *     decision
 * @param name which alarm, as the route names it
 * @param asset what it is about
 * @param state what happened
 * @param raisedAt {@code observedAt} of the reading that raised it
 * @param observedAt {@code observedAt} of the newest reading that is known to the change
 * @param decidedAt when the gateway decided, by its clock
 * @param score the newest score that is known to the change
 * @param peak the highest score since it was raised
 * @param threshold the limit of its level: a score, or a score per second for {@link Level#RATE}
 * @param contributions share of each channel in {@code score}, by name
 * @param model which model made the score
 * @param change why it is told now
 * @param condition how the alarm is after the change
 * @param evidence what the decision rests on besides
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
        ModelRef model,
        Change change,
        Condition condition,
        Evidence evidence) {

    /** Severity of an alarm of which nothing else is said, in the middle of OPC UA's 1 to 1000. */
    public static final int DEFAULT_SEVERITY = 500;

    /** What happened to the alarm. */
    public enum State {
        /** It is active from now on. */
        RAISED,
        /** Something else about it changed: see {@link Change}. */
        UPDATED,
        /** It is no longer active. */
        CLEARED;

        /** As the formats write it. */
        public String text() {
            return lower(this);
        }
    }

    /** Which limit is exceeded. One alarm goes from one to another. */
    public enum Level {
        /** The score rises faster than the limit allows. */
        RATE,
        /** The score is above the limit. */
        HIGH,
        /** The score is above the second, higher limit. */
        HIGH_HIGH,
        /** More alarms than a person can look at: the alarm stands for all of them. */
        FLOOD;

        /** As the formats write it, such as {@code high-high}. */
        public String text() {
            return lower(this);
        }
    }

    /** Why an alarm is told. */
    public enum Cause {
        /** A limit was exceeded long enough. */
        RAISED,
        /** It went to another level. */
        LEVEL,
        /** Its score reached a new peak. */
        PEAK,
        /** It stays active and nobody has acknowledged it. */
        REALARM,
        /** A person has seen it. */
        ACKNOWLEDGED,
        /** A person does not want to hear of it for a while. */
        SHELVED,
        /** A person wants to hear of it again, or the while is over. */
        UNSHELVED,
        /** The plant's state makes it meaningless, by design. */
        SUPPRESSED,
        /** The plant's state gives it a meaning again. */
        UNSUPPRESSED,
        /** A person has taken it out of service, such as for repair. */
        OUT_OF_SERVICE,
        /** A person has put it back in service. */
        IN_SERVICE,
        /** It is latched: the limits are kept again, and it waits for a reset. */
        RETURNED,
        /** It is latched, and a limit is exceeded again. */
        RECURRED,
        /** A flood has grown to twice the number that was told last. */
        GROWN,
        /** The limits are kept again. */
        CLEARED,
        /** A person has reset it. */
        RESET;

        /** As the formats write it, such as {@code out-of-service}. */
        public String text() {
            return lower(this);
        }
    }

    /**
     * Why an alarm is told.
     *
     * @param cause in a word
     * @param key tells the updates of one alarm apart; empty for raised and cleared, which each alarm has once
     */
    public record Change(Cause cause, String key) {
        public Change {
            Objects.requireNonNull(cause, "cause");
            Objects.requireNonNull(key, "key");
        }
    }

    /**
     * What a person did.
     *
     * @param by who, as the gateway knows them
     * @param at when, by the gateway's clock
     * @param comment why, in their words; may be empty
     */
    public record Act(String by, Instant at, String comment) {
        private static final int LONGEST = 500;

        public Act {
            Require.text(by, "by");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(comment, "comment");
            if (comment.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "comment has " + comment.length() + " characters: it must not have more than " + LONGEST);
            }
        }
    }

    /**
     * Who shelved an alarm, and for how long.
     *
     * @param act who and why
     * @param until by the gateway's clock; empty: until this alarm is cleared (one shot)
     */
    public record Shelving(Act act, Optional<Instant> until) {
        public Shelving {
            Objects.requireNonNull(act, "act");
            Objects.requireNonNull(until, "until");
        }
    }

    /**
     * How an alarm is.
     *
     * @param active whether it is active; a latched one is until it is reset
     * @param normal whether the limits are kept, which makes a latched alarm wait for its reset
     * @param level the limit that is or was exceeded
     * @param severity 1 to 1000 as of OPC UA events
     * @param acknowledged by whom, when and why
     * @param shelved by whom, why and until when
     * @param suppressed by design: the plant's state makes it meaningless
     * @param outOfService by whom, when and why
     */
    public record Condition(
            boolean active,
            boolean normal,
            Level level,
            int severity,
            Optional<Act> acknowledged,
            Optional<Shelving> shelved,
            boolean suppressed,
            Optional<Act> outOfService) {
        private static final int MOST_SEVERE = 1000;

        public Condition {
            Objects.requireNonNull(level, "level");
            Objects.requireNonNull(acknowledged, "acknowledged");
            Objects.requireNonNull(shelved, "shelved");
            Objects.requireNonNull(outOfService, "outOfService");
            if (severity < 1 || severity > MOST_SEVERE) {
                throw new IllegalArgumentException("severity is " + severity + ": it must be 1 to 1000, as in OPC UA");
            }
        }

        /** Nobody has touched it. */
        public Condition(boolean active, boolean normal, Level level, int severity) {
            this(active, normal, level, severity, Optional.empty(), Optional.empty(), false, Optional.empty());
        }
    }

    /**
     * What a decision rests on besides score and model.
     *
     * @param rate how fast the score rose, per second, where the alarm looks at that
     * @param window which window was scored, where one was
     */
    public record Evidence(OptionalDouble rate, Optional<WindowRef> window) {
        /** There is nothing besides. */
        public static final Evidence NONE = new Evidence(OptionalDouble.empty(), Optional.empty());

        public Evidence {
            rate.ifPresent(value -> Require.finite(value, "rate"));
            Objects.requireNonNull(window, "window");
        }
    }

    /**
     * A window, as it can be found again at its source.
     *
     * @param from {@code observedAt} of its oldest reading
     * @param to {@code observedAt} of its newest reading
     * @param source where its newest reading came in, as the ledger names it
     * @param entry the journal's number of that reading
     */
    public record WindowRef(Instant from, Instant to, String source, long entry) {
        public WindowRef {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Require.text(source, "source");
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
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(evidence, "evidence");
        if ((state == State.UPDATED) == change.key().isEmpty()) {
            throw new IllegalArgumentException("alarm " + id + " is " + state.text() + " with the key '" + change.key()
                    + "': an update has a key, and nothing else has one");
        }
        if (state != State.UPDATED && condition.active() == (state == State.CLEARED)) {
            throw new IllegalArgumentException("alarm " + id + " is " + state.text() + " with active="
                    + condition.active() + ": a raised one is active, a cleared one is not");
        }
    }

    /** A raised or cleared alarm of the level high and medium severity, which nobody has touched. */
    public Alarm(
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
        this(
                id,
                name,
                asset,
                state,
                raisedAt,
                observedAt,
                decidedAt,
                score,
                peak,
                threshold,
                contributions,
                model,
                new Change(state == State.CLEARED ? Cause.CLEARED : Cause.RAISED, ""),
                new Condition(state != State.CLEARED, state == State.CLEARED, Level.HIGH, DEFAULT_SEVERITY),
                Evidence.NONE);
    }

    /** Identity of this change for de-duplication: the alarm's id, its state and, for an update, its key. */
    public String eventId() {
        return id + "/" + state.text() + (change.key().isEmpty() ? "" : "/" + change.key());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
