package io.qanat.alarm;

import io.qanat.api.Alarm;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The newest changes that were told. Threads: any. */
final class AlarmLog {
    private static final int MOST = 1000;

    private final Deque<Alarm> newest = new ArrayDeque<>();

    synchronized void add(Alarm alarm) {
        if (newest.size() == MOST) {
            newest.removeLast();
        }
        newest.addFirst(alarm);
    }

    /** Newest first. */
    synchronized List<Alarm> newest(int limit) {
        List<Alarm> alarms = new ArrayList<>(newest);
        return List.copyOf(alarms.subList(0, Math.max(0, Math.min(limit, alarms.size()))));
    }
}
