package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.AlarmState.Told;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.State;
import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import io.qanat.api.StageState;
import io.qanat.api.StageStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of all assets under one name, as windows change them. {@link StageOperator} has what persons and the clock do.
 *
 * <p>Threads: any; a call holds the stage's lock for a few microseconds. The scores of an asset must come in the order
 * of their windows.
 */
public final class AlarmStage {
    private static final String FLOOD_KEY = "flood";

    private final String name;
    private final Clock clock;
    private final AlarmLog log;
    private final BiPredicate<String, String> isActive;
    private final AlarmEvents events;
    private final Map<String, Point> points = new HashMap<>();
    private final AlarmFigures figures = new AlarmFigures();
    private Flood flood = new Flood();
    private volatile AlarmRule rule;

    /**
     * @param name of the alarm, such as {@code mote-anomaly}
     * @param rule until a step brings another
     * @param journal which has what {@link #stage} and its like remembered before
     * @param clock tells when a decision was made
     * @param log gets what is told
     * @param isActive whether an alarm, by name, is active for an asset
     */
    AlarmStage(
            String name,
            AlarmRule rule,
            Journal journal,
            Clock clock,
            AlarmLog log,
            BiPredicate<String, String> isActive) {
        this.name = name;
        this.rule = rule;
        this.clock = clock;
        this.log = log;
        this.isActive = isActive;
        this.events = new AlarmEvents(name);
        restore(journal);
    }

    private void restore(Journal journal) {
        restore(journal, stage(name), (asset, text) -> point(asset).set(AlarmState.parse(text)));
        restore(journal, operatorStage(), (asset, text) -> point(asset).set(OperatorState.parse(text)));
        restore(journal, basisStage(), (asset, text) -> point(asset).set(Basis.parse(asset, text)));
        restore(journal, floodStage(), (key, text) -> flood = Flood.parse(text));
        points.values().forEach(Point::restored);
    }

    private void restore(Journal journal, String stage, BiConsumer<String, String> take) {
        journal.states(stage).forEach((key, text) -> {
            try {
                take.accept(key, text);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(
                        stage(name) + " cannot read its state of asset " + key + ": " + e.getMessage(), e);
            }
        });
    }

    /** Under the stage's lock; one at rest where there was none. */
    Point point(String asset) {
        return points.computeIfAbsent(asset, key -> new Point());
    }

    /** Under which the states of a name are remembered and its status is given. */
    static String stage(String name) {
        return "alarm:" + name;
    }

    String operatorStage() {
        return "alarm-operator:" + name;
    }

    private String basisStage() {
        return "alarm-basis:" + name;
    }

    private String floodStage() {
        return "alarm-flood:" + name;
    }

    /** The rule of the step that started last: persons and the clock go by it. */
    void use(AlarmRule latest) {
        rule = latest;
    }

    AlarmRule rule() {
        return rule;
    }

    AlarmEvents events() {
        return events;
    }

    AlarmFigures figures() {
        return figures;
    }

    AlarmLog log() {
        return log;
    }

    Clock clock() {
        return clock;
    }

    /** By asset; under the stage's lock. */
    Map<String, Point> points() {
        return points;
    }

    boolean isFlood() {
        return flood.since().isPresent();
    }

    /** Whether the asset's alarm is active now. */
    synchronized boolean isActive(String asset) {
        Point point = points.get(asset);
        return point != null && point.active().isPresent();
    }

    /** Takes the score of a window of which nothing is suppressed by the route, see the other method. */
    public Optional<Alarm> accept(AlarmRule rule, Score score, Journey journey) {
        return accept(rule, score, journey, false);
    }

    /**
     * Takes the score of a window and tells the journey what became of it.
     *
     * @param suppressed whether the plant's state makes the alarm meaningless now
     * @return what is to be told; empty when nothing is
     */
    public Optional<Alarm> accept(AlarmRule rule, Score score, Journey journey, boolean suppressed) {
        // Asked before this stage's lock is taken: two stages may suppress each other.
        boolean held = suppressed || isSuppressed(rule.notices(), score.asset());
        synchronized (this) {
            Point point = points.get(score.asset());
            AlarmState before = point == null ? AlarmState.INITIAL : point.current();
            // A restart may repeat a window that was decided; a new one may end at the same instant as the one before
            // it.
            AlarmState after = journey.replayed() && before.covers(score) ? before : rule.next(before, score, held);
            if (before.active().isPresent() || after.active().isPresent()) {
                journey.alarmed();
            }
            return isNews(point, after, rule)
                    ? decide(new Step(rule, score, journey), point(score.asset()), before, after)
                    : Optional.empty();
        }
    }

    /** Whether there is anything to do: most windows change nothing, and they cost no more than this. */
    private static boolean isNews(@Nullable Point point, AlarmState after, AlarmRule rule) {
        return after.active().isPresent()
                || after.ended().filter(Ended::owed).isPresent()
                || rule.notices().flood().isPresent()
                || !after.equals(point == null ? AlarmState.INITIAL : point.state());
    }

    private boolean isSuppressed(Notices notices, String asset) {
        for (int i = 0; i < notices.suppressedBy().size(); i++) {
            if (isActive.test(notices.suppressedBy().get(i), asset)) {
                return true;
            }
        }
        return false;
    }

    /** A window in hand. */
    private record Step(AlarmRule rule, Score score, Journey journey) {}

    private Optional<Alarm> decide(Step step, Point point, AlarmState before, AlarmState after) {
        boolean flooding = flood(step, point, before, after);
        Optional<Notice> notice = after.active().isPresent() || after.ended().isPresent()
                ? point.owed(after, step.rule, isFlood(), clock.instant())
                : Optional.empty();
        if (notice.isPresent()) {
            keepFlood(step, flooding, () -> {});
            return Optional.of(tell(step, point, after, notice.get()));
        }
        if (begins(before, after)) {
            keepBasis(step, point);
        }
        if (!after.equals(point.state())) {
            point.set(after);
            StageState state = state(step.score.asset(), after);
            step.journey.remember(state);
        }
        return tellFlood(step, flooding);
    }

    /** Counts what began and ended; whether that is to be remembered of the flood. */
    private boolean flood(Step step, Point point, AlarmState before, AlarmState after) {
        Optional<Notices.FloodLimit> limit = step.rule.notices().flood();
        boolean ended = limit.isPresent() && flood.ended(limit.get(), step.score.to());
        if (before.active().isPresent() && !after.isActive(before.active().get().raisedAt())) {
            figures.cleared();
        }
        if (begins(before, after)) {
            point.countRaised();
            figures.raised(clock.instant());
            limit.ifPresent(floods -> flood.raised(
                    floods, step.score.asset(), after.active().get().raisedAt()));
            return limit.isPresent();
        }
        return ended;
    }

    private static boolean begins(AlarmState before, AlarmState after) {
        return after.active().isPresent()
                && !before.isActive(after.active().get().raisedAt());
    }

    /** For what persons and the clock do later: of the window that began the alarm, then of the last that told of it. */
    private Basis keepBasis(Step step, Point point) {
        Basis basis = Basis.of(step.score, step.rule.rise(point.state(), step.score), step.journey.reading());
        point.set(basis);
        step.journey.remember(new StageState(basisStage(), step.score.asset(), basis.text()));
        return basis;
    }

    private Alarm tell(Step step, Point point, AlarmState after, Notice notice) {
        Instant now = clock.instant();
        String asset = step.score.asset();
        Optional<Told> knew = after.active().flatMap(Active::told);
        AlarmState told = told(after, notice, now);
        Basis basis = keepBasis(step, point);
        point.set(told);
        point.toldAt(now);
        step.journey.remember(state(asset, told), () -> takenBack(asset, notice, knew));
        String key = told.active().map(Active::updates).map(Object::toString).orElse("");
        Alarm alarm = events.alarm(notice, key, point, told, basis, step.rule, now);
        told(alarm);
        return alarm;
    }

    private void told(Alarm alarm) {
        if (alarm.state() == State.UPDATED) {
            figures.updated();
        }
        log.add(alarm);
    }

    private StageState state(String asset, AlarmState state) {
        return new StageState(stage(name), asset, state.text());
    }

    /** The state once the cloud knows. */
    private static AlarmState told(AlarmState state, Notice notice, Instant now) {
        if (notice.state() == State.CLEARED) {
            return state.with(state.ended().orElseThrow().with(true, false));
        }
        Active alarm = state.active().orElseThrow();
        Active known = new Active(
                alarm.raisedAt(),
                alarm.level(),
                alarm.peak(),
                alarm.normal(),
                alarm.suppressed(),
                alarm.updates() + (notice.state() == State.UPDATED ? 1 : 0),
                Optional.of(alarm.now(now)));
        return state.with(known);
    }

    /**
     * The cloud was not told, since a later step of the route failed: it knows what it knew before, so that the next window
     * tells it again. Windows that came in between keep what else they changed.
     */
    private synchronized StageState takenBack(String asset, Notice notice, Optional<Told> knew) {
        Point point = point(asset);
        AlarmState now = point.state();
        if (notice.state() == State.UPDATED) {
            figures.updateTakenBack();
        }
        if (now.isActive(notice.raisedAt())) {
            now = now.with(now.active().orElseThrow().with(knew));
        } else if (now.ended().isPresent() && notice.state() != State.UPDATED) {
            now = endedTakenBack(now, now.ended().get(), notice);
        }
        point.set(now);
        return state(asset, now);
    }

    /** What was never raised for the cloud is not cleared for it either. */
    private static AlarmState endedTakenBack(AlarmState now, Ended ended, Notice notice) {
        return ended.raisedAt().equals(notice.raisedAt())
                ? now.with(ended.with(notice.state() == State.CLEARED, notice.state() == State.CLEARED))
                : now;
    }

    private Optional<Alarm> tellFlood(Step step, boolean changed) {
        Optional<Notice> notice = step.rule.notices().flood().isPresent() ? flood.owed() : Optional.empty();
        if (notice.isEmpty()) {
            keepFlood(step, changed, () -> {});
            return Optional.empty();
        }
        Basis basis = Basis.of(step.score, Double.NaN, step.journey.reading());
        Alarm alarm = events.flood(notice.get(), flood, basis, step.rule, clock.instant());
        keepFlood(step, true, flood.tell(notice.get()));
        told(alarm);
        return Optional.of(alarm);
    }

    /** Windows of several assets change the flood, so it is written as it is when the window's journey ends. */
    private void keepFlood(Step step, boolean changed, Runnable takeBack) {
        if (changed) {
            step.journey.remember(this::floodState, () -> floodTakenBack(takeBack));
        }
    }

    private synchronized StageState floodState() {
        return new StageState(floodStage(), FLOOD_KEY, flood.text());
    }

    private synchronized StageState floodTakenBack(Runnable takeBack) {
        takeBack.run();
        return floodState();
    }

    synchronized StageStatus status() {
        return figures.status(stage(name), points, rule, isFlood(), clock.instant());
    }
}
