package io.qanat.alarm.camel;

import io.qanat.alarm.command.CommandDesk;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes the {@code alarm-command:} endpoints of a context. */
@Component("alarm-command")
public class AlarmCommandComponent extends DefaultComponent {
    private final CommandDesk desk;

    public AlarmCommandComponent(CommandDesk desk) {
        this.desk = Objects.requireNonNull(desk, "desk");
    }

    CommandDesk desk() {
        return desk;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        AlarmCommandEndpoint endpoint = new AlarmCommandEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
