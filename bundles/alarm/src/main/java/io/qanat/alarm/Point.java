package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.AlarmState.Told;
import io.qanat.alarm.OperatorState.Of;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.Alarm.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The alarm of one asset: what windows made of it, what persons and the clock did to it, and what the cloud is to be told.
 *
 * <p>Threads: under the lock of its stage.
 */
final class Point {
    private AlarmState state = AlarmState.INITIAL;
    private OperatorState operator = OperatorState.NONE;
    private Optional<Basis> basis = Optional.empty();
    private Instant toldAt = Instant.MIN;
    private int raised;

    AlarmState state() {
        return state;
    }

    OperatorState operator() {
        return operator;
    }

    Optional<Basis> basis() {
        return basis;
    }

    /** How many alarms began since the gateway started. */
    int raised() {
        return raised;
    }

    void set(AlarmState next) {
        state = next;
    }

    void set(OperatorState next) {
        operator = next;
    }

    void set(Basis next) {
        basis = Optional.of(next);
    }

    void countRaised() {
        raised++;
    }

    void toldAt(Instant now) {
        toldAt = now;
    }

    /** When the cloud was told last, after a start. */
    void restored() {
        state.active().flatMap(Active::told).map(Told::at).ifPresent(this::toldAt);
        operator.told().map(known -> known.what().at()).filter(toldAt::isBefore).ifPresent(this::toldAt);
    }

    /** The alarm that is active: a reset ends it before its next window does. */
    Optional<Active> active() {
        return state.active().filter(alarm -> operator.reset(alarm.raisedAt()).isEmpty());
    }

    /** The state, with what persons and the clock did in it. */
    AlarmState current() {
        if (state.active().isEmpty()) {
            return state;
        }
        Active alarm = state.active().get();
        if (operator.reset().isPresent() && operator.reset(alarm.raisedAt()).isPresent()) {
            return state.reset(told().isPresent(), operator.reset().get().owed());
        }
        Optional<Told> known = told();
        return known.equals(alarm.told()) ? state : state.with(alarm.with(known));
    }

    /** What the cloud knows of the active alarm, from a window or from the clock. */
    Optional<Told> told() {
        Optional<Told> byWindow = state.active().flatMap(Active::told);
        return byWindow.isPresent() || operator.told().isEmpty()
                ? byWindow
                : operator.told()
                        .filter(known -> state.isActive(known.raisedAt()))
                        .map(Of::what);
    }

    Optional<Shelving> shelved(Instant now) {
        return operator.shelved(active().map(Active::raisedAt), now);
    }

    /** Whether nothing new is told of the alarm. */
    private boolean isSilent(Active alarm, Instant now) {
        return alarm.suppressed()
                || operator.outOfService().isPresent()
                || operator.shelf().isPresent() && shelved(now).isPresent();
    }

    /** Who acknowledged the alarm; empty while a person is to do it. */
    Optional<Act> acknowledged(Instant raisedAt) {
        return operator.acknowledged(raisedAt);
    }

    /** The last alarm, when it was cleared and nobody has acknowledged it. */
    Optional<Ended> unacknowledged(Notices notices) {
        return state.ended()
                .filter(ended -> notices.acknowledge()
                        && operator.acknowledged(ended.raisedAt()).isEmpty());
    }

    /**
     * What the cloud is to be told next; one thing at a time.
     *
     * @param next the state after the window, or as it is
     * @param flood whether there are too many alarms to tell of a new one
     */
    Optional<Notice> owed(AlarmState next, AlarmRule rule, boolean flood, Instant now) {
        if (next.ended().isPresent() && next.ended().get().owed()) {
            return Optional.of(
                    new Notice(State.CLEARED, Cause.CLEARED, next.ended().get().raisedAt()));
        }
        if (next.active().isEmpty()) {
            return Optional.empty();
        }
        Active alarm = next.active().get();
        if (alarm.told().isEmpty()) {
            return flood || isSilent(alarm, now)
                    ? Optional.empty()
                    : Optional.of(new Notice(State.RAISED, Cause.RAISED, alarm.raisedAt()));
        }
        return update(alarm, alarm.told().get(), rule.notices(), now);
    }

    private Optional<Notice> update(Active alarm, Told known, Notices notices, Instant now) {
        if (alarm.suppressed() != known.suppressed()) {
            Cause cause = alarm.suppressed() ? Cause.SUPPRESSED : Cause.UNSUPPRESSED;
            return Optional.of(Notice.update(cause, alarm.raisedAt()));
        }
        if (isSilent(alarm, now)) {
            return Optional.empty();
        }
        return cause(alarm, known, notices, now).map(cause -> Notice.update(cause, alarm.raisedAt()));
    }

    private Optional<Cause> cause(Active alarm, Told known, Notices notices, Instant now) {
        if (alarm.normal() != known.normal()) {
            return Optional.of(alarm.normal() ? Cause.RETURNED : Cause.RECURRED);
        }
        if (alarm.level() != known.level()) {
            return Optional.of(Cause.LEVEL);
        }
        if (notices.peakStep() > 0 && alarm.peak() >= known.peak() + notices.peakStep()) {
            return Optional.of(Cause.PEAK);
        }
        return isDueAgain(alarm, notices, now) ? Optional.of(Cause.REALARM) : Optional.empty();
    }

    /** A clock that jumped, to either side, by more than the time makes it due at once, and then the time counts anew. */
    private boolean isDueAgain(Active alarm, Notices notices, Instant now) {
        return !notices.realarm().isZero()
                && notices.acknowledge()
                && operator.acknowledged(alarm.raisedAt()).isEmpty()
                && Duration.between(toldAt, now).abs().compareTo(notices.realarm()) >= 0;
    }
}
