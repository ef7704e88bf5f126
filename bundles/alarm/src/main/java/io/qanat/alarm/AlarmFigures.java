package io.qanat.alarm;

import io.qanat.api.StageStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stage says of its alarms; with the two figures that ISA-18.2 asks for first: how many there are in ten minutes, and
 * which assets make most of them.
 *
 * <p>Threads: under the lock of the stage.
 */
final class AlarmFigures {
    private static final int MINUTES = 10;
    private static final int TALKERS = 5;
    private static final long SECONDS = 60;

    private final long[] byMinute = new long[MINUTES];
    private final long[] minutes = new long[MINUTES];
    private long raised;
    private long cleared;
    private long updated;

    void raised(Instant now) {
        raised++;
        long minute = now.getEpochSecond() / SECONDS;
        int place = (int) Math.floorMod(minute, (long) MINUTES);
        if (minutes[place] != minute) {
            minutes[place] = minute;
            byMinute[place] = 0;
        }
        byMinute[place]++;
    }

    void cleared() {
        cleared++;
    }

    void updated() {
        updated++;
    }

    void updateTakenBack() {
        updated--;
    }

    private long inTenMinutes(Instant now) {
        long minute = now.getEpochSecond() / SECONDS;
        long sum = 0;
        for (int place = 0; place < MINUTES; place++) {
            sum += minutes[place] > minute - MINUTES && minutes[place] <= minute ? byMinute[place] : 0;
        }
        return sum;
    }

    StageStatus status(String stage, Map<String, Point> points, AlarmRule rule, boolean flood, Instant now) {
        Map<String, Number> figures = new HashMap<>();
        figures.put("raised", raised);
        figures.put("updated", updated);
        figures.put("cleared", cleared);
        figures.put("alarmsIn10Minutes", inTenMinutes(now));
        figures.put("flood", flood ? 1 : 0);
        long active = 0;
        long unacknowledged = 0;
        long shelved = 0;
        long suppressed = 0;
        long untold = 0;
        for (Point point : points.values()) {
            boolean isActive = point.active().isPresent();
            active += isActive ? 1 : 0;
            unacknowledged += isUnacknowledged(point, rule.notices()) ? 1 : 0;
            shelved += point.shelved(now).isPresent() ? 1 : 0;
            boolean isSuppressed = isActive && point.active().get().suppressed()
                    || point.operator().outOfService().isPresent();
            suppressed += isSuppressed ? 1 : 0;
            untold += isActive
                            && point.told().isEmpty()
                            && !isSuppressed
                            && point.shelved(now).isEmpty()
                    ? 1
                    : 0;
        }
        figures.put("active", active);
        figures.put("unacknowledged", unacknowledged);
        figures.put("shelved", shelved);
        figures.put("suppressed", suppressed);
        figures.put("flooded", untold);
        return new StageStatus(stage, figures, talkers(points));
    }

    static boolean isUnacknowledged(Point point, Notices notices) {
        if (!notices.acknowledge()) {
            return false;
        }
        return point.active()
                .map(alarm -> point.acknowledged(alarm.raisedAt()).isEmpty())
                .orElseGet(() -> point.unacknowledged(notices).isPresent());
    }

    private static Map<String, String> talkers(Map<String, Point> points) {
        List<Map.Entry<String, Point>> most = points.entrySet().stream()
                .filter(point -> point.getValue().raised() > 0)
                .sorted(Comparator.comparingInt((Map.Entry<String, Point> point) ->
                                -point.getValue().raised())
                        .thenComparing(Map.Entry::getKey))
                .limit(TALKERS)
                .toList();
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i < most.size(); i++) {
            facts.put(
                    "topTalker." + (i + 1),
                    most.get(i).getKey() + " " + most.get(i).getValue().raised());
        }
        return facts;
    }
}
