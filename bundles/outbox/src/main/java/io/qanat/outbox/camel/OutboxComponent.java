package io.qanat.outbox.camel;

import io.qanat.outbox.Forwarders;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Stores alarms for cloud endpoints, and forwards them. */
@Component("outbox")
public class OutboxComponent extends DefaultComponent {
    private final Forwarders forwarders;

    public OutboxComponent(Forwarders forwarders) {
        this.forwarders = Objects.requireNonNull(forwarders, "forwarders");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        OutboxEndpoint endpoint = new OutboxEndpoint(uri, this);
        endpoint.setEndpoints(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    Forwarders forwarders() {
        return forwarders;
    }
}
