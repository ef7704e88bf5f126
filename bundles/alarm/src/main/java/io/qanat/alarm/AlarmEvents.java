package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Change;
import io.qanat.api.Alarm.Condition;
import io.qanat.api.Alarm.Level;
import io.qanat.api.Alarm.State;
import io.qanat.api.Score;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is told, as events.
 *
 * @param name of the alarm
 */
record AlarmEvents(String name) {
    /** Asset of an alarm that stands for many. */
    static final String ALL = "*";

    private static final int MOST_SHARES = 50;

    /** The alarm's id: the same when a restart repeats the decision, so that the cloud can tell a repetition. */
    String id(String asset, Instant raisedAt) {
        return name + "/" + asset + "/" + raisedAt;
    }

    /**
     * Of an alarm of one asset.
     *
     * @param state the asset's after the notice
     * @param key that tells updates apart
     */
    Alarm alarm(Notice notice, String key, Point point, AlarmState state, Basis basis, AlarmRule rule, Instant now) {
        boolean active = state.isActive(notice.raisedAt());
        Level level = active
                ? state.active().map(Active::level).orElseThrow()
                : state.ended().map(Ended::level).orElse(Level.HIGH);
        double peak = active
                ? state.active().map(Active::peak).orElseThrow()
                : state.ended().map(Ended::peak).orElse(basis.score().value());
        Score score = basis.score();
        return new Alarm(
                id(score.asset(), notice.raisedAt()),
                name,
                score.asset(),
                notice.state(),
                notice.raisedAt(),
                score.to(),
                now,
                score.value(),
                Math.max(peak, score.value()),
                rule.levels().raise(level, score.threshold()),
                score.contributions(),
                score.model(),
                new Change(notice.cause(), notice.state() == State.UPDATED ? key : ""),
                condition(notice.raisedAt(), level, active, point, state, rule, now),
                basis.evidence());
    }

    private static Condition condition(
            Instant raisedAt, Level level, boolean active, Point point, AlarmState state, AlarmRule rule, Instant now) {
        return new Condition(
                active,
                !active || state.active().map(Active::normal).orElse(true),
                level,
                rule.notices().severities().of(level),
                point.acknowledged(raisedAt),
                point.shelved(now),
                active && state.active().map(Active::suppressed).orElse(false),
                point.operator().outOfService());
    }

    /** Of a flood: its score is the number of alarms, and its contributions are theirs by asset. */
    Alarm flood(Notice notice, Flood flood, Basis basis, AlarmRule rule, Instant now) {
        boolean active = notice.state() != State.CLEARED;
        int limit = rule.notices().flood().orElseThrow().alarms();
        return new Alarm(
                id(ALL, notice.raisedAt()),
                name,
                ALL,
                notice.state(),
                notice.raisedAt(),
                basis.score().to(),
                now,
                flood.count(),
                flood.count(),
                limit,
                most(flood.byAsset()),
                basis.score().model(),
                new Change(notice.cause(), notice.state() == State.UPDATED ? Integer.toString(flood.count()) : ""),
                new Condition(
                        active,
                        !active,
                        Level.FLOOD,
                        rule.notices().severities().high()),
                basis.evidence());
    }

    private static Map<String, Double> most(Map<String, Integer> byAsset) {
        return byAsset.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_SHARES)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, asset -> asset.getValue().doubleValue()));
    }
}
