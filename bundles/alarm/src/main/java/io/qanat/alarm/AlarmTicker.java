package io.qanat.alarm;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has alarms look at the clock, once a second. Threads: its own, {@code qanat-alarm-clock}. */
public final class AlarmTicker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmTicker.class);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "qanat-alarm-clock"));
    private final RunningAlarms alarms;

    public AlarmTicker(RunningAlarms alarms) {
        this.alarms = alarms;
    }

    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            alarms.tick();
        } catch (RuntimeException e) {
            // The boundary of the thread: one that throws is not called again.
            LOG.error("Alarms could not look at the clock; they try again", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
