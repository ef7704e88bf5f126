package io.qanat.camel;

import java.lang.reflect.Constructor;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.impl.engine.DefaultComponentResolver;
import org.apache.camel.spi.ComponentResolver;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Makes components: from services first, then from the classes that bundles name in {@code META-INF/services}. Each
 * service is held from its arrival on, so that making a component never waits for its bundle.
 *
 * <p>Threads: any. The listeners are called in the thread in which a service comes or goes, while it still works.
 */
final class ComponentServices implements ComponentResolver, AutoCloseable {
    /** The highest ranked service comes first. */
    private final Map<ServiceReference<ComponentResolver>, ComponentResolver> services =
            new ConcurrentSkipListMap<>(Collections.reverseOrder());

    private final Map<String, ServiceReference<ComponentResolver>> used = new ConcurrentHashMap<>();
    private final ComponentResolver classes = new DefaultComponentResolver();
    private final ServiceTracker<ComponentResolver, ComponentResolver> tracker;

    /**
     * @param arrived called when a service came
     * @param leaving called with the scheme when a service goes of which a component was made
     */
    ComponentServices(BundleContext bundleContext, Runnable arrived, Consumer<String> leaving) {
        tracker = new ServiceTracker<>(bundleContext, ComponentResolver.class, null) {
            @Override
            public @Nullable ComponentResolver addingService(ServiceReference<ComponentResolver> reference) {
                ComponentResolver service = super.addingService(reference);
                if (service != null) {
                    services.put(reference, service);
                    arrived.run();
                }
                return service;
            }

            @Override
            public void removedService(ServiceReference<ComponentResolver> reference, ComponentResolver service) {
                services.remove(reference);
                schemesMadeOf(reference).forEach(leaving);
                super.removedService(reference, service);
            }
        };
    }

    void open() {
        tracker.open();
    }

    @Override
    public void close() {
        tracker.close();
    }

    /** Whether a component of this scheme can be made now. */
    boolean offers(String scheme, CamelContext context) {
        return offer(scheme).isPresent()
                || classFor(scheme, context)
                        .filter(ComponentServices::needsNoService)
                        .isPresent();
    }

    @Override
    public @Nullable Component resolveComponent(String scheme, CamelContext context) throws Exception {
        Optional<ServiceReference<ComponentResolver>> offer = offer(scheme);
        ComponentResolver service = offer.map(services::get).orElse(null);
        if (offer.isPresent() && service != null) {
            used.put(scheme, offer.get());
            return service.resolveComponent(scheme, context);
        }
        refuseWhileServiceIsMissing(scheme, context);
        return classes.resolveComponent(scheme, context);
    }

    private Optional<ServiceReference<ComponentResolver>> offer(String scheme) {
        return services.keySet().stream()
                .filter(reference -> scheme.equals(reference.getProperty("component")))
                .findFirst();
    }

    private Stream<String> schemesMadeOf(ServiceReference<ComponentResolver> reference) {
        return used.keySet().stream().filter(scheme -> used.remove(scheme, reference));
    }

    /** A stage's component class is visible before its service is there; Camel alone would say that it has no constructor. */
    private static void refuseWhileServiceIsMissing(String scheme, CamelContext context) {
        Optional<Class<?>> type = classFor(scheme, context).filter(found -> !needsNoService(found));
        if (type.isPresent()) {
            Bundle bundle = FrameworkUtil.getBundle(type.get());
            String name = bundle == null ? type.get().getName() : bundle.getSymbolicName();
            throw new IllegalStateException("The component " + scheme + ": of the bundle " + name
                    + " is not ready: a service or the configuration that it needs is missing. Start the bundle and"
                    + " check its configuration " + name + ".");
        }
    }

    private static Optional<Class<?>> classFor(String scheme, CamelContext context) {
        return context.getCamelContextExtension()
                .getFactoryFinder(DefaultComponentResolver.RESOURCE_PATH)
                .findOptionalClass(scheme);
    }

    private static boolean needsNoService(Class<?> type) {
        return Stream.of(type.getConstructors()).anyMatch(ComponentServices::hasNoParameters);
    }

    private static boolean hasNoParameters(Constructor<?> constructor) {
        return constructor.getParameterCount() == 0;
    }
}
