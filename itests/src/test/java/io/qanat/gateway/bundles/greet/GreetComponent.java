package io.qanat.gateway.bundles.greet;

import io.qanat.gateway.shared.Gate;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.ProcessorEndpoint;

/** {@code greet:<name>} passes the gate and greets by name; it needs the gate, as a stage needs its services. */
public final class GreetComponent extends DefaultComponent {
    private final Gate gate;

    public GreetComponent(CamelContext context, Gate gate) {
        super(context);
        this.gate = gate;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        gate.requireWhole();
        Component component = this;
        return new ProcessorEndpoint(uri, component, exchange -> greet(exchange, remaining));
    }

    private void greet(Exchange exchange, String name) {
        gate.pass();
        exchange.getMessage().setBody(exchange.getMessage().getBody(String.class) + ", " + name);
    }
}
