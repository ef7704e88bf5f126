package io.qanat.alarm.camel;

import io.qanat.alarm.AlarmTicker;
import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl;
import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Gives the {@code alarm:} component to the gateway's contexts, and answers for its alarms. Threads: any. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.alarm",
        service = {ComponentResolver.class, StageStatusSource.class, AlarmControl.class},
        property = "component=alarm")
public final class AlarmComponentResolver implements ComponentResolver, StageStatusSource, AlarmControl {
    private final RunningAlarms alarms;
    private final AlarmTicker ticker;

    @Activate
    public AlarmComponentResolver(@Reference Journal journal) {
        alarms = new RunningAlarms(journal, Clock.systemUTC());
        ticker = new AlarmTicker(alarms);
        ticker.start();
    }

    @Deactivate
    void close() {
        ticker.close();
    }

    /** A context with a journal and a clock of its own has alarms of its own, as in a dry run. */
    @Override
    public Component resolveComponent(String name, CamelContext context) {
        Journal own = context.getRegistry().findSingleByType(Journal.class);
        Clock clock = context.getRegistry().findSingleByType(Clock.class);
        return own == null || clock == null ? new AlarmComponent(alarms) : new AlarmComponent(own, clock);
    }

    @Override
    public List<StageStatus> status() {
        return alarms.status();
    }

    @Override
    public List<Listed> list() {
        return alarms.list();
    }

    @Override
    public List<Alarm> history(int limit) {
        return alarms.history(limit);
    }

    @Override
    public CompletableFuture<Done> execute(Command command) {
        return alarms.execute(command);
    }
}
