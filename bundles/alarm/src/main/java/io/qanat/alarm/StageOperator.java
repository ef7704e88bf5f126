package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.Decisions.Decision;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.State;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Done;
import io.qanat.api.AlarmControl.Listed;
import io.qanat.api.AlarmControl.Refused;
import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.api.StageState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What persons and the clock do to the alarms of a stage. What they change is written with what the cloud is told of it, in
 * one transaction, in the order in which it was decided.
 *
 * <p>Threads: any; one command or tick at a time.
 */
final class StageOperator {
    private static final Logger LOG = LoggerFactory.getLogger(StageOperator.class);
    private static final int MOST_PER_TICK = 1000;

    private final String name;
    private final AlarmStage stage;
    private final Journal journal;
    private Optional<AlarmSink> sink = Optional.empty();
    private boolean warned;

    StageOperator(String name, AlarmStage stage, Journal journal) {
        this.name = name;
        this.stage = stage;
        this.journal = journal;
    }

    AlarmStage stage() {
        return stage;
    }

    /** A route takes what is told from now on. */
    synchronized void connect(AlarmSink route) {
        if (sink.isPresent()) {
            throw new IllegalStateException("alarm:" + name
                    + " starts a route already: its changes go to one, store them there for all endpoints, such as"
                    + " outbox:cloud-mqtt,cloud-http");
        }
        sink = Optional.of(route);
    }

    synchronized void disconnect() {
        sink = Optional.empty();
    }

    /** A decision that holds already, and how it is undone. */
    private record Made(String asset, Decision decision, OperatorState before, Optional<Alarm> alarm) {}

    synchronized CompletableFuture<Done> execute(Command command) {
        Made made;
        try {
            made = decide(command);
        } catch (Refused e) {
            return CompletableFuture.failedFuture(e);
        }
        String id = made.decision
                .raisedAt()
                .map(raisedAt -> stage.events().id(made.asset, raisedAt))
                .orElse("");
        return carryOut(made).thenApply(nothing -> new Done(id, made.alarm.isPresent()));
    }

    private Made decide(Command command) throws Refused {
        synchronized (stage) {
            Point point = stage.points().get(command.target().asset());
            if (point == null) {
                throw new Refused(
                        "unknown-alarm",
                        "the alarm " + name + " knows no asset "
                                + command.target().asset() + ": it never came near its limit");
            }
            return make(command.target().asset(), point, decisions().of(command, point));
        }
    }

    private Decisions decisions() {
        return new Decisions(
                stage.rule(), sink.isPresent(), stage.isFlood(), stage.clock().instant());
    }

    private Made make(String asset, Point point, Decision decision) {
        OperatorState before = point.operator();
        point.set(decision.next());
        Optional<Alarm> alarm = decision.notice().flatMap(notice -> alarm(point, notice));
        alarm.ifPresent(told -> count(point, told));
        return new Made(asset, decision, before, alarm);
    }

    private void count(Point point, Alarm alarm) {
        if (alarm.state() == State.UPDATED) {
            stage.figures().updated();
        } else if (alarm.state() == State.CLEARED) {
            stage.figures().cleared();
        }
        Cause cause = alarm.change().cause();
        if (cause == Cause.RAISED || cause == Cause.REALARM) {
            // What is remembered too: the time to the next re-alarm is the same after a restart.
            point.toldAt(alarm.decidedAt());
        }
    }

    private Optional<Alarm> alarm(Point point, Notice notice) {
        String key = "c" + point.operator().events();
        Instant now = stage.clock().instant();
        return point.basis()
                .map(basis -> stage.events().alarm(notice, key, point, point.current(), basis, stage.rule(), now));
    }

    private CompletableFuture<Void> carryOut(Made made) {
        Journey journey = Journey.withoutReading();
        journey.remember(state(made.asset), () -> takenBack(made));
        try {
            if (made.alarm.isPresent() && sink.isPresent()) {
                sink.get().send(made.alarm.get(), journey);
                stage.log().add(made.alarm.get());
            }
        } catch (Exception e) {
            // The boundary to a route: whatever it failed with is for whoever gave the command.
            journey.failure().ifPresent(journal::settle);
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "the route from alarm:" + name + " failed, and nothing is changed: " + e.getMessage(), e));
        }
        return journey.settlement().map(journal::settle).orElseThrow();
    }

    private StageState state(String asset) {
        synchronized (stage) {
            return new StageState(
                    stage.operatorStage(), asset, stage.point(asset).operator().text());
        }
    }

    private StageState takenBack(Made made) {
        synchronized (stage) {
            stage.point(made.asset).set(made.before);
            made.alarm.filter(alarm -> alarm.state() == State.UPDATED).ifPresent(alarm -> stage.figures()
                    .updateTakenBack());
        }
        return state(made.asset);
    }

    /** Ends what has lasted long enough, and tells again what nobody has acknowledged. */
    synchronized void tick() {
        for (Made made : due()) {
            carryOut(made).whenComplete((nothing, failure) -> {
                if (failure != null) {
                    warn(failure);
                }
            });
        }
    }

    private List<Made> due() {
        List<Made> due = new ArrayList<>();
        synchronized (stage) {
            Decisions decisions = decisions();
            for (Map.Entry<String, Point> point : stage.points().entrySet()) {
                if (due.size() < MOST_PER_TICK) {
                    decisions
                            .tick(point.getValue())
                            .map(decision -> make(point.getKey(), point.getValue(), decision))
                            .ifPresent(due::add);
                }
            }
        }
        return due;
    }

    private void warn(Throwable failure) {
        if (!warned) {
            warned = true;
            LOG.warn("alarm:{}: what the clock changes could not be told or stored; it is tried again", name, failure);
        }
    }

    List<Listed> list() {
        synchronized (stage) {
            List<Listed> listed = new ArrayList<>();
            stage.points().forEach((asset, point) -> listed(asset, point).ifPresent(listed::add));
            return listed;
        }
    }

    private Optional<Listed> listed(String asset, Point point) {
        Instant now = stage.clock().instant();
        Optional<Ended> ended = point.active().isPresent()
                ? Optional.empty()
                : point.current()
                        .ended()
                        .filter(alarm -> AlarmFigures.isUnacknowledged(
                                point, stage.rule().notices()));
        Optional<Instant> raisedAt = point.active().map(Active::raisedAt).or(() -> ended.map(Ended::raisedAt));
        boolean told = point.active().isPresent()
                ? point.told().isPresent()
                : ended.filter(Ended::known).isPresent();
        Listed entry = new Listed(
                name,
                asset,
                raisedAt.flatMap(at -> alarm(point, shown(point, at))),
                told,
                point.shelved(now),
                point.operator().outOfService());
        boolean isThere = raisedAt.isPresent()
                || entry.shelved().isPresent()
                || entry.outOfService().isPresent();
        return isThere ? Optional.of(entry) : Optional.empty();
    }

    private static Notice shown(Point point, Instant raisedAt) {
        return point.active().isPresent()
                ? new Notice(State.RAISED, Cause.RAISED, raisedAt)
                : new Notice(State.CLEARED, Cause.CLEARED, raisedAt);
    }
}
