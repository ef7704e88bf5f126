package io.qanat.camel.plc4x;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The consumers that poll now, of all contexts. Threads: any. */
final class RunningPolls implements StageStatusSource {
    private final Set<PolledConsumer> consumers = ConcurrentHashMap.newKeySet();

    void started(PolledConsumer consumer) {
        consumers.add(consumer);
    }

    void stopped(PolledConsumer consumer) {
        consumers.remove(consumer);
    }

    @Override
    public List<StageStatus> status() {
        return consumers.stream().map(PolledConsumer::status).toList();
    }
}
