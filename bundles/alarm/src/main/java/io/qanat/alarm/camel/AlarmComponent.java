package io.qanat.alarm.camel;

import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Journal;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes the {@code alarm:} endpoints of a context; all contexts of a gateway share the alarms. */
@Component("alarm")
public class AlarmComponent extends DefaultComponent {
    private final RunningAlarms alarms;

    /** With alarms of its own. */
    public AlarmComponent(Journal journal, Clock clock) {
        this(new RunningAlarms(journal, clock));
    }

    /** @param alarms shared with other components */
    public AlarmComponent(RunningAlarms alarms) {
        this.alarms = Objects.requireNonNull(alarms, "alarms");
    }

    RunningAlarms alarms() {
        return alarms;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        AlarmEndpoint endpoint = new AlarmEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
