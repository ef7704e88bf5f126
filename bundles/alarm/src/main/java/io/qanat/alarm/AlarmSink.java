package io.qanat.alarm;

import io.qanat.api.Alarm;
import io.qanat.api.Journey;

/** Where alarms go that no window brought: a route {@code from alarm:NAME}. Threads: one at a time. */
@FunctionalInterface
public interface AlarmSink {
    /**
     * Returns when the route is done.
     *
     * @throws Exception what the route failed with
     */
    void send(Alarm alarm, Journey journey) throws Exception;
}
