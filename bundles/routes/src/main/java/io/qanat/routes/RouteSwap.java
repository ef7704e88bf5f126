package io.qanat.routes;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.CamelContextHelper;

/**
 * Puts routes in the place of others.
 *
 * <pre>
 * old running --stop, ingress first--> old removed --add, start, ingress last--> new running
 *                                          ^                     | a route fails
 *                                          |                     v
 *                                      old running <---- new removed
 * </pre>
 *
 * <p>Threads: one at a time, see {@link RouteHost#change}.
 */
final class RouteSwap {
    /** Forwarders, inner routes, sources that steps feed, ingress: each finds those running to which it sends. */
    private static final Comparator<RouteDefinition> STARTING_ORDER = Comparator.comparingInt(RouteSwap::rank);

    private final ModelCamelContext context;

    RouteSwap(ModelCamelContext context) {
        this.context = context;
    }

    /** @throws StartFailure when the old routes run again; what prevented that too is suppressed in it */
    void replace(List<RouteDefinition> old, List<RouteDefinition> next) throws StartFailure {
        try {
            remove(old);
            start(next);
        } catch (StartFailure failure) {
            undo(old, next, failure);
            throw failure;
        }
    }

    /** Each step is tried whatever became of the one before: a new route that stays must not keep the old ones down. */
    private void undo(List<RouteDefinition> old, List<RouteDefinition> next, StartFailure failure) {
        for (RouteDefinition route : next) {
            tryStep(() -> remove(List.of(route)), failure);
        }
        tryStep(() -> start(old), failure);
    }

    private static void tryStep(Undo step, StartFailure failure) {
        try {
            step.run();
        } catch (StartFailure second) {
            failure.addSuppressed(second);
        }
    }

    private void start(List<RouteDefinition> routes) throws StartFailure {
        List<RouteDefinition> ordered = routes.stream().sorted(STARTING_ORDER).toList();
        for (RouteDefinition route : ordered) {
            attempt(route, () -> add(route));
        }
        for (RouteDefinition route : ordered) {
            attempt(route, () -> startUnlessManual(route));
        }
    }

    /** Adds without starting, and leaves the definition as its author wrote it for whoever adds it again. */
    private void add(RouteDefinition route) throws Exception {
        String autoStartup = route.getAutoStartup();
        route.setAutoStartup("false");
        try {
            context.addRouteDefinition(route);
        } finally {
            route.setAutoStartup(autoStartup);
        }
    }

    private void startUnlessManual(RouteDefinition route) throws Exception {
        String autoStartup = route.getAutoStartup();
        if (autoStartup == null || CamelContextHelper.parseBoolean(context, autoStartup)) {
            context.getRouteController().startRoute(route.getRouteId());
        }
    }

    private void remove(List<RouteDefinition> routes) throws StartFailure {
        List<RouteDefinition> ordered =
                routes.stream().sorted(STARTING_ORDER.reversed()).toList();
        for (RouteDefinition route : ordered) {
            attempt(route, () -> context.getRouteController()
                    .stopRoute(route.getRouteId(), RouteDefaults.SHUTDOWN_SECONDS, TimeUnit.SECONDS));
        }
        for (RouteDefinition route : ordered) {
            attempt(route, () -> removeStopped(route));
        }
    }

    private void removeStopped(RouteDefinition route) throws Exception {
        context.removeRoute(route.getRouteId());
        // A route that failed while it was built leaves its definition.
        if (context.getRouteDefinition(route.getRouteId()) != null) {
            context.removeRouteDefinition(route);
        }
    }

    private static void attempt(RouteDefinition route, Step step) throws StartFailure {
        try {
            step.run();
        } catch (Exception e) {
            throw new StartFailure(route.getRouteId(), e);
        }
    }

    private static int rank(RouteDefinition route) {
        if (RouteDefaults.isForwarder(route)) {
            return 0;
        }
        String uri = route.getInput().getEndpointUri();
        if (uri.startsWith("direct:") || uri.startsWith("seda:")) {
            return 1;
        }
        return uri.startsWith("ingest:") ? 2 : 3;
    }

    private interface Step {
        void run() throws Exception;
    }

    private interface Undo {
        void run() throws StartFailure;
    }
}
