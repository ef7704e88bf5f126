package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import io.qanat.api.StageState;
import io.qanat.api.StageStatus;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The alarms of all assets under one name.
 *
 * <p>Threads: any; a call holds the stage's lock for a few microseconds. The scores of an asset must come in the order
 * of their windows.
 */
public final class AlarmStage {
    private final String name;
    private final Clock clock;
    private final Map<String, AlarmState> assets = new HashMap<>();
    private long raised;
    private long cleared;

    /**
     * @param name of the alarm, such as {@code mote-anomaly}
     * @param remembered what {@link #stage} remembered before, by asset
     * @param clock tells when a decision was made
     */
    AlarmStage(String name, Map<String, String> remembered, Clock clock) {
        this.name = name;
        this.clock = clock;
        remembered.forEach((asset, text) -> assets.put(asset, restored(asset, text)));
    }

    private AlarmState restored(String asset, String text) {
        try {
            return AlarmState.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    stage(name) + " cannot read its state of asset " + asset + ": " + e.getMessage(), e);
        }
    }

    /** Under which the states of a name are remembered and its status is given. */
    static String stage(String name) {
        return "alarm:" + name;
    }

    /**
     * Takes the score of a window and tells the journey what became of it.
     *
     * @return the alarm when it was raised or cleared; empty when nothing is to be told
     */
    public synchronized Optional<Alarm> accept(AlarmRule rule, Score score, Journey journey) {
        AlarmState before = assets.getOrDefault(score.asset(), AlarmState.INITIAL);
        // A restart may repeat a window that was decided; a new one may end at the same instant as the one before it.
        AlarmState after = journey.replayed() && before.covers(score) ? before : rule.next(before, score);
        if (before.active().isPresent() || after.active().isPresent()) {
            journey.alarmed();
        }
        if (after.differsFrom(before)) {
            assets.put(score.asset(), after);
            journey.remember(state(score.asset(), after), () -> takenBack(score.asset(), before, after));
        }
        return change(rule, score, before, after);
    }

    private StageState state(String asset, AlarmState state) {
        return new StageState(stage(name), asset, state.text());
    }

    /**
     * The cloud was not told of a change, since a later step of the route failed: the alarm is as it was before, so that the
     * next window that speaks for the change makes it again. Windows that came in between keep what else they changed.
     */
    private synchronized StageState takenBack(String asset, AlarmState before, AlarmState after) {
        AlarmState now = assets.getOrDefault(asset, after);
        if (before.active().isPresent() != after.active().isPresent() && now.isSameAlarmAs(after)) {
            assets.put(asset, new AlarmState(now.changedAt(), before.streak(), before.active()));
            raised -= after.active().isPresent() ? 1 : 0;
            cleared -= before.active().isPresent() ? 1 : 0;
        }
        return state(asset, assets.getOrDefault(asset, after));
    }

    private Optional<Alarm> change(AlarmRule rule, Score score, AlarmState before, AlarmState after) {
        if (before.active().isPresent() == after.active().isPresent()) {
            return Optional.empty();
        }
        if (after.active().isPresent()) {
            raised++;
            return after.active().map(active -> alarm(rule, score, active, Alarm.State.RAISED));
        }
        cleared++;
        return before.active().map(active -> alarm(rule, score, active.with(score.value()), Alarm.State.CLEARED));
    }

    private Alarm alarm(AlarmRule rule, Score score, Active active, Alarm.State state) {
        return new Alarm(
                // The same when a restart repeats the decision, so that the cloud can tell a repetition.
                name + "/" + score.asset() + "/" + active.raisedAt(),
                name,
                score.asset(),
                state,
                active.raisedAt(),
                score.to(),
                clock.instant(),
                score.value(),
                active.peak(),
                rule.raiseLevel(score),
                score.contributions(),
                score.model());
    }

    synchronized StageStatus status() {
        long active = assets.values().stream()
                .filter(state -> state.active().isPresent())
                .count();
        return new StageStatus(stage(name), Map.of("raised", raised, "cleared", cleared, "active", active), Map.of());
    }
}
