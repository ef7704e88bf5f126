package io.qanat.alarm.camel;

import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Reference;

/** Gives the {@code alarm:} component to the gateway's contexts, and answers for its alarms. Threads: any. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.alarm",
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=alarm")
public final class AlarmComponentResolver implements ComponentResolver, StageStatusSource {
    private final RunningAlarms alarms;

    @Activate
    public AlarmComponentResolver(@Reference Journal journal) {
        alarms = new RunningAlarms(journal, Clock.systemUTC());
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
}
