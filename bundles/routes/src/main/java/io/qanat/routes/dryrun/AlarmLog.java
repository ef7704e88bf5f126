package io.qanat.routes.dryrun;

import io.qanat.api.Alarm;
import io.qanat.api.DryRunAlarm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The alarms of one run: the first 10,000 as they are, all as a count. Threads: any. */
final class AlarmLog {
    private static final int MOST = 10_000;

    private final Map<String, DryRunAlarm> alarms = new LinkedHashMap<>();
    private final Map<String, Long> raised = new TreeMap<>();
    private final Map<String, Long> cleared = new TreeMap<>();

    synchronized void changed(Alarm alarm) {
        if (alarm.state() == Alarm.State.RAISED) {
            raised.merge(alarm.name(), 1L, Long::sum);
            if (alarms.size() < MOST) {
                alarms.put(alarm.id(), entry(alarm, Optional.empty()));
            }
        } else if (alarm.state() == Alarm.State.CLEARED) {
            cleared.merge(alarm.name(), 1L, Long::sum);
            alarms.computeIfPresent(alarm.id(), (id, before) -> entry(alarm, Optional.of(alarm.observedAt())));
        }
    }

    private static DryRunAlarm entry(Alarm alarm, Optional<Instant> clearedAt) {
        return new DryRunAlarm(
                alarm.name(), alarm.asset(), alarm.raisedAt(), clearedAt, alarm.peak(), alarm.threshold());
    }

    /** By name. */
    synchronized Map<String, Long> raised() {
        return Map.copyOf(raised);
    }

    /** By name. */
    synchronized Map<String, Long> cleared() {
        return Map.copyOf(cleared);
    }

    /** By time. */
    synchronized List<DryRunAlarm> alarms() {
        List<DryRunAlarm> sorted = new ArrayList<>(alarms.values());
        sorted.sort(Comparator.comparing(DryRunAlarm::raisedAt)
                .thenComparing(DryRunAlarm::name)
                .thenComparing(DryRunAlarm::asset));
        return sorted;
    }
}
