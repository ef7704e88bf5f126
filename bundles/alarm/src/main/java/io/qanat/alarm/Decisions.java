package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.Alarm.State;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a command, or the clock, makes of an alarm: the rules alone, nothing is changed here.
 *
 * @param rule of the alarm
 * @param hasSink whether a route takes what is to be told
 * @param flood whether there are too many alarms to tell of a new one
 * @param now by the gateway's clock
 */
record Decisions(AlarmRule rule, boolean hasSink, boolean flood, Instant now) {
    private static final String WRONG_STATE = "wrong-state";

    /**
     * A decision.
     *
     * @param next what is to be remembered
     * @param notice what the cloud is to be told, when it knows of the alarm
     * @param raisedAt which alarm it is about, if there is one
     */
    record Decision(OperatorState next, Optional<Notice> notice, Optional<Instant> raisedAt) {}

    Decision of(Command command, Point point) throws Refused {
        Act act = new Act(command.by(), now, command.comment());
        return switch (command.kind()) {
            case ACKNOWLEDGE -> acknowledge(command, point, act);
            case SHELVE -> shelve(command, point, act);
            case UNSHELVE -> unshelve(command, point);
            case SUPPRESS -> suppress(command, point, act);
            case UNSUPPRESS -> unsuppress(command, point);
            case RESET -> reset(command, point, act);
        };
    }

    private Decision acknowledge(Command command, Point point, Act act) throws Refused {
        Optional<Instant> meant = command.target().raisedAt();
        Optional<Active> active =
                point.active().filter(alarm -> meant.isEmpty() || meant.get().equals(alarm.raisedAt()));
        Optional<Ended> ended = point.current()
                .ended()
                .filter(alarm -> meant.isEmpty() || meant.get().equals(alarm.raisedAt()));
        Instant raisedAt = active.map(Active::raisedAt)
                .or(() -> ended.map(Ended::raisedAt))
                .orElseThrow(() -> unknown(command));
        Optional<Act> earlier = point.acknowledged(raisedAt);
        if (earlier.isPresent()) {
            throw new Refused(
                    WRONG_STATE,
                    command.target().name() + " of " + command.target().asset() + " was acknowledged by "
                            + earlier.get().by() + " at " + earlier.get().at() + " already");
        }
        boolean known = active.isPresent()
                ? point.told().isPresent()
                : ended.orElseThrow().known();
        OperatorState next = point.operator().withAcknowledged(raisedAt, act);
        return decision(
                next,
                known ? Optional.of(Notice.update(Cause.ACKNOWLEDGED, raisedAt)) : Optional.empty(),
                Optional.of(raisedAt));
    }

    private static Refused unknown(Command command) {
        return new Refused(
                "unknown-alarm",
                "there is no alarm " + command.target().name() + " of "
                        + command.target().asset()
                        + command.target()
                                .raisedAt()
                                .map(at -> " that was raised at " + at)
                                .orElse("")
                        + ", active or waiting for an acknowledgement: list says which there are");
    }

    /** The alarm that is active, and meant. */
    private static Active active(Command command, Point point) throws Refused {
        return point.active()
                .filter(alarm -> command.target().raisedAt().isEmpty()
                        || command.target().raisedAt().get().equals(alarm.raisedAt()))
                .orElseThrow(() -> unknown(command));
    }

    private Decision shelve(Command command, Point point, Act act) throws Refused {
        Duration longest = rule.notices().maxShelve();
        if (command.duration().filter(time -> time.compareTo(longest) > 0).isPresent()) {
            throw new Refused(
                    "too-long",
                    command.target().name() + " cannot be shelved for "
                            + command.duration().get() + ": its option maxShelve allows " + longest);
        }
        // One shot is about this alarm; a while is about the asset's alarms in it.
        Optional<Instant> shot = command.duration().isPresent()
                ? Optional.empty()
                : Optional.of(active(command, point).raisedAt());
        Shelving shelving = new Shelving(act, command.duration().map(now::plus));
        return update(point, point.operator().withShelf(Optional.of(shelving), shot), Cause.SHELVED);
    }

    private Decision unshelve(Command command, Point point) throws Refused {
        if (point.shelved(now).isEmpty()) {
            throw new Refused(
                    WRONG_STATE,
                    command.target().name() + " of " + command.target().asset() + " is not shelved");
        }
        return release(point, point.operator().withShelf(Optional.empty(), Optional.empty()), Cause.UNSHELVED);
    }

    private Decision suppress(Command command, Point point, Act act) throws Refused {
        if (point.operator().outOfService().isPresent()) {
            throw new Refused(
                    WRONG_STATE,
                    command.target().name() + " of " + command.target().asset() + " is out of service already");
        }
        return update(point, point.operator().withOutOfService(Optional.of(act)), Cause.OUT_OF_SERVICE);
    }

    private Decision unsuppress(Command command, Point point) throws Refused {
        if (point.operator().outOfService().isEmpty()) {
            throw new Refused(
                    WRONG_STATE,
                    command.target().name() + " of " + command.target().asset() + " is in service");
        }
        return release(point, point.operator().withOutOfService(Optional.empty()), Cause.IN_SERVICE);
    }

    private Decision reset(Command command, Point point, Act act) throws Refused {
        Active alarm = active(command, point);
        if (!alarm.normal()) {
            throw new Refused(
                    WRONG_STATE,
                    command.target().name() + " of " + command.target().asset()
                            + (rule.notices().latch()
                                    ? " still exceeds its limit: reset it when it has returned"
                                    : " is not latched: it clears by itself"));
        }
        boolean known = point.told().isPresent();
        OperatorState next = point.operator().withReset(alarm.raisedAt(), act, known && !hasSink);
        Notice notice = new Notice(State.CLEARED, Cause.RESET, alarm.raisedAt());
        return decision(next, known ? Optional.of(notice) : Optional.empty(), Optional.of(alarm.raisedAt()));
    }

    /** An update of the alarm that is active, if one is. */
    private Decision update(Point point, OperatorState next, Cause cause) {
        Optional<Instant> raisedAt = point.active().map(Active::raisedAt);
        return decision(
                next, raisedAt.filter(at -> point.told().isPresent()).map(at -> Notice.update(cause, at)), raisedAt);
    }

    /** What kept the alarm silent is over: the cloud learns of it, or of the alarm, when it does not know it yet. */
    private Decision release(Point point, OperatorState next, Cause cause) {
        if (point.active().isEmpty() || point.told().isPresent()) {
            return update(point, next, cause);
        }
        Active alarm = point.active().get();
        if (flood || alarm.suppressed() || isSilent(next, alarm)) {
            return decision(next, Optional.empty(), Optional.of(alarm.raisedAt()));
        }
        return raise(next, alarm);
    }

    private boolean isSilent(OperatorState next, Active alarm) {
        return next.outOfService().isPresent()
                || next.shelved(Optional.of(alarm.raisedAt()), now).isPresent();
    }

    private Decision raise(OperatorState next, Active alarm) {
        Notice notice = new Notice(State.RAISED, Cause.RAISED, alarm.raisedAt());
        return decision(
                hasSink ? next.withTold(alarm.raisedAt(), alarm.now(now)) : next,
                Optional.of(notice),
                Optional.of(alarm.raisedAt()));
    }

    private Decision decision(OperatorState next, Optional<Notice> notice, Optional<Instant> raisedAt) {
        Optional<Notice> told = notice.filter(any -> hasSink);
        return new Decision(told.isPresent() ? next.withNextEvent() : next, told, raisedAt);
    }

    /** What the clock makes of it; empty when nothing. */
    Optional<Decision> tick(Point point) {
        Optional<Shelving> shelf = point.operator().shelf();
        if (shelf.isPresent() && point.shelved(now).isEmpty()) {
            OperatorState next = point.operator().withShelf(Optional.empty(), Optional.empty());
            return Optional.of(release(point, next, Cause.UNSHELVED));
        }
        if (shelf.isPresent() && isTooLong(shelf.get())) {
            Shelving bounded = new Shelving(
                    shelf.get().act(), Optional.of(now.plus(rule.notices().maxShelve())));
            OperatorState next = point.operator().withShelf(Optional.of(bounded), Optional.empty());
            return Optional.of(decision(next, Optional.empty(), Optional.empty()));
        }
        return hasSink ? late(point) : Optional.empty();
    }

    /** A clock that went back does not make a shelving longer than is allowed. */
    private boolean isTooLong(Shelving shelf) {
        return shelf.until()
                .filter(until -> until.isAfter(now.plus(rule.notices().maxShelve())))
                .isPresent();
    }

    /** What is raised late, or again: all else is the next window's. */
    private Optional<Decision> late(Point point) {
        if (point.active().isEmpty()) {
            return Optional.empty();
        }
        Active alarm = point.active().get();
        AlarmState state = point.current();
        Optional<Notice> owed = point.owed(state, rule, flood, now);
        if (owed.isEmpty() || state.ended().filter(Ended::owed).isPresent()) {
            return Optional.empty();
        }
        return switch (owed.get().cause()) {
            case RAISED -> Optional.of(raise(point.operator(), alarm));
            case REALARM ->
                Optional.of(decision(
                        point.operator().withTold(alarm.raisedAt(), alarm.now(now)),
                        owed,
                        Optional.of(alarm.raisedAt())));
            default -> Optional.empty();
        };
    }
}
