package io.qanat.camel;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.FactoryFinderResolver;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Camel context whose components live in other bundles. A component can be used as soon as its bundle or service is
 * there, also when it was missing before. When one leaves, the routes that use it are drained first, in the thread in
 * which it leaves and while it still works; they come back by themselves when it does.
 *
 * <p>Use: construct, set options, {@link #start()}, load routes within {@link #change}, {@link #stop()} once; a stopped
 * context is not started again. Beans of routes are services with the property {@code camel.bean=<name>}.
 *
 * <p>Threads: any. The thread {@code <name>-routes} brings routes back; the context owns and stops it.
 */
public final class OsgiCamelContext extends DefaultCamelContext {
    private static final Logger LOG = LoggerFactory.getLogger(OsgiCamelContext.class);
    private static final long RESTORE_SECONDS = 30;

    private final BundlesClassLoader loader = new BundlesClassLoader(OsgiCamelContext.class.getClassLoader());
    private final ReentrantLock changes = new ReentrantLock();
    private final ReentrantLock arrivals = new ReentrantLock();
    private final Condition arrival = arrivals.newCondition();
    private final DrainedRoutes drained = new DrainedRoutes(this, changes);
    private final ComponentServices components;
    private final ComponentBundles bundles;
    private final BeanServices beans;
    private final ExecutorService restorer;
    private volatile boolean stopping;

    /**
     * @param bundleContext of the bundle on whose behalf the routes run
     * @param name of the context, for messages and threads
     */
    public OsgiCamelContext(BundleContext bundleContext, String name) {
        super(false);
        components = new ComponentServices(bundleContext, this::arrived, drained::drain);
        bundles = new ComponentBundles(bundleContext, this, loader, this::arrived, this::leaving);
        beans = new BeanServices(bundleContext);
        restorer = Executors.newSingleThreadExecutor(task -> new Thread(task, name + "-routes"));
        getCamelContextExtension().setName(name);
        getCamelContextExtension().addContextPlugin(ComponentResolver.class, components);
        getCamelContextExtension().addContextPlugin(FactoryFinderResolver.class, new UncachedFactoryFinders());
        getCamelContextExtension().setRegistry(new DefaultRegistry(beans));
        setApplicationContextClassLoader(loader);
    }

    /**
     * Runs a change of routes: one at a time, never while a component leaves, and with this context's class loader as
     * the thread's, by which Camel finds its own classes before those of the caller.
     */
    public <T> T change(Callable<T> change) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        changes.lock();
        try {
            thread.setContextClassLoader(loader);
            return change.call();
        } finally {
            thread.setContextClassLoader(callers);
            changes.unlock();
        }
    }

    /**
     * Adds the routes of a text.
     *
     * @param name of the text for messages; its ending tells the language, such as {@code readings.xml}
     */
    public void loadRoutes(String name, String text) throws Exception {
        change(() -> {
            PluginHelper.getRoutesLoader(this).loadRoutes(ResourceHelper.fromString(name, text));
            return name;
        });
    }

    /** Those of the schemes of which no component can be made now. */
    public Set<String> missing(Collection<String> schemes) {
        return schemes.stream()
                .filter(scheme -> !available(scheme))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Waits until components of all these schemes can be made.
     *
     * @return those that are still missing after the timeout
     */
    public Set<String> awaitComponents(Collection<String> schemes, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        arrivals.lock();
        try {
            Set<String> missing = missing(schemes);
            while (!missing.isEmpty() && nanos > 0) {
                nanos = arrival.awaitNanos(nanos);
                missing = missing(schemes);
            }
            return missing;
        } finally {
            arrivals.unlock();
        }
    }

    /** The ids of the routes that were taken down and wait for a component. */
    public Set<String> waitingRoutes() {
        return drained.ids();
    }

    /** Also gives up a route that waits for a component. */
    @Override
    public boolean removeRoute(String routeId) throws Exception {
        boolean waited = drained.forget(routeId);
        return super.removeRoute(routeId) || waited;
    }

    @Override
    public void doBuild() throws Exception {
        change(() -> {
            super.doBuild();
            return this;
        });
        beans.open();
        bundles.open();
        components.open();
    }

    /** A route that came back while the others stop would be left over, with threads that nobody ends. */
    @Override
    public void stop() {
        stopping = true;
        restorer.shutdown();
        try {
            if (!restorer.awaitTermination(RESTORE_SECONDS, TimeUnit.SECONDS)) {
                restorer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        super.stop();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        components.close();
        bundles.close();
        beans.close();
    }

    /** The ids of the routes that use the component, each with all schemes that it uses; first loaded first. */
    Map<String, Set<String>> routesUsing(Component component) {
        Map<String, Set<String>> routes = new LinkedHashMap<>();
        for (RouteService route : List.copyOf(getRouteServices().values())) {
            Set<Component> used = componentsOf(route);
            if (used.contains(component)) {
                routes.put(route.getId(), schemesOf(used));
            }
        }
        return routes;
    }

    /** Removes the component and its endpoints, so that the next use makes them anew. */
    void forget(String scheme, Component component) {
        for (Endpoint endpoint : List.copyOf(getEndpoints())) {
            if (endpoint.getComponent() == component) {
                removeEndpoint(endpoint);
            }
        }
        removeComponent(scheme);
    }

    private Set<Component> componentsOf(RouteService route) {
        Set<Endpoint> endpoints = new LinkedHashSet<>(route.gatherEndpoints());
        endpoints.add(route.getRoute().getEndpoint());
        return endpoints.stream().map(Endpoint::getComponent).collect(Collectors.toSet());
    }

    private Set<String> schemesOf(Set<Component> used) {
        return getComponentNames().stream()
                .filter(name -> used.contains(hasComponent(name)))
                .collect(Collectors.toSet());
    }

    private boolean available(String scheme) {
        return hasComponent(scheme) != null || components.offers(scheme, this);
    }

    private void arrived() {
        arrivals.lock();
        try {
            arrival.signalAll();
        } finally {
            arrivals.unlock();
        }
        try {
            restorer.execute(this::restore);
        } catch (RejectedExecutionException e) {
            LOG.debug("A component came while the routes stop", e);
        }
    }

    private void restore() {
        if (!stopping) {
            drained.restore(this::available);
        }
    }

    private void leaving(Bundle bundle) {
        for (String scheme : getComponentNames()) {
            Component component = hasComponent(scheme);
            if (component != null && FrameworkUtil.getBundle(component.getClass()) == bundle) {
                drained.drain(scheme);
            }
        }
    }
}
