package io.qanat.gateway.bundles.greet;

import io.qanat.gateway.shared.Gate;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Offers the greet: component as a service, as a stage does. */
public final class GreetActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        Gate gate = context.getService(Objects.requireNonNull(context.getServiceReference(Gate.class)));
        ComponentResolver resolver = (name, camel) -> new GreetComponent(camel, gate);
        context.registerService(ComponentResolver.class, resolver, new Hashtable<>(Map.of("component", "greet")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
