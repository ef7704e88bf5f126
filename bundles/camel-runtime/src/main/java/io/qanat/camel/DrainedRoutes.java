package io.qanat.camel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.camel.Component;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that were taken down because a component of theirs left, until all their components are there again. A
 * route is stopped gracefully: exchanges in flight complete. It comes back built anew from its definition, since its
 * old parts belong to the old component.
 *
 * <p>Threads: any; all changes of routes hold one lock.
 */
final class DrainedRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(DrainedRoutes.class);

    private final OsgiCamelContext context;
    private final ReentrantLock changes;
    private final Map<String, Drained> waiting = new LinkedHashMap<>();

    DrainedRoutes(OsgiCamelContext context, ReentrantLock changes) {
        this.context = context;
        this.changes = changes;
    }

    /** Takes down all routes that use the component, then the component. */
    void drain(String scheme) {
        changes.lock();
        try {
            Component component = context.hasComponent(scheme);
            if (component != null) {
                context.routesUsing(component).forEach(this::takeDown);
                context.forget(scheme, component);
            }
        } finally {
            changes.unlock();
        }
    }

    /** Builds the routes anew whose components can all be made. */
    void restore(Predicate<String> available) {
        changes.lock();
        try {
            List<Drained> ready = waiting.values().stream()
                    .filter(route -> route.schemes().stream().allMatch(available))
                    .toList();
            ready.forEach(route -> restore(route, available));
        } finally {
            changes.unlock();
        }
    }

    /** The ids of the routes that wait for a component. */
    Set<String> ids() {
        changes.lock();
        try {
            return Set.copyOf(waiting.keySet());
        } finally {
            changes.unlock();
        }
    }

    /** Gives up a waiting route; false when there is none of this id. */
    boolean forget(String id) {
        changes.lock();
        try {
            return waiting.remove(id) != null;
        } finally {
            changes.unlock();
        }
    }

    private void takeDown(String id, Set<String> schemes) {
        RouteDefinition definition = context.getRouteDefinition(id);
        boolean started = context.getRouteController().getRouteStatus(id).isStarted();
        try {
            context.getRouteController().stopRoute(id);
            context.removeRoute(id);
        } catch (Exception e) {
            // The component leaves in any case; what could not be stopped fails with it.
            LOG.warn("The route {} could not be stopped in order before a component of it left.", id, e);
        }
        waiting.put(id, new Drained(definition, schemes, started));
        LOG.info("The route {} was taken down and waits for its components {}.", id, schemes);
    }

    private void restore(Drained route, Predicate<String> available) {
        RouteDefinition definition = route.definition();
        String id = definition.getRouteId();
        waiting.remove(id);
        if (context.getRoute(id) != null) {
            return;
        }
        if (!route.started()) {
            definition.setAutoStartup("false");
        }
        try {
            context.change(() -> {
                context.addRouteDefinition(definition);
                return id;
            });
            LOG.info("The route {} is back.", id);
        } catch (Exception e) {
            // Removing a route ends its waiting too, so what remains of it goes first.
            removeRemains(definition);
            waiting.put(id, route);
            report(route, e, available);
        }
    }

    /** A component may have left again meanwhile, as when its bundle is updated: then the route only waits on. */
    private static void report(Drained route, Exception failure, Predicate<String> available) {
        String id = route.definition().getRouteId();
        if (route.schemes().stream().allMatch(available)) {
            LOG.error("The route {} does not come back: {} Load its text again.", id, failure.getMessage(), failure);
        } else {
            LOG.info("The route {} waits on: a component of it left again.", id);
        }
    }

    private void removeRemains(RouteDefinition definition) {
        try {
            context.removeRouteDefinition(definition);
        } catch (Exception e) {
            LOG.debug("The remains of the route {} could not be removed.", definition.getRouteId(), e);
        }
    }

    /**
     * @param schemes of all components that the route uses
     * @param started false when somebody had stopped the route before
     */
    private record Drained(RouteDefinition definition, Set<String> schemes, boolean started) {}
}
