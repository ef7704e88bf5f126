package io.qanat.routes;

import io.qanat.routes.LoadedRoutes.Loaded;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StatefulService;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts routes again that ran and no longer do: their consumer died, or no message came for long. Each next try of a
 * route comes later, up to a minute; after one that lasted the pauses begin anew.
 *
 * <p>Threads: its own, {@code qanat-routes-supervisor}.
 */
final class RouteSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSupervisor.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** Sources that have no connection which could be lost, or a watchdog of their own. */
    private static final Set<String> LEFT_ALONE = Set.of("direct", "seda", "timer", "outbox", "qanat-mqtt");

    private final ModelCamelContext context;
    private final RouteHost host;
    private final GatewayRoutes routes;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread;
    private final Map<String, Pause> pauses = new HashMap<>();

    /** @param until {@link System#nanoTime()} before which the route is not started again */
    private record Pause(Duration length, long until) {}

    RouteSupervisor(ModelCamelContext context, RouteHost host, GatewayRoutes routes, LongSupplier nanoTime) {
        this.context = context;
        this.host = host;
        this.routes = routes;
        this.nanoTime = nanoTime;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "qanat-routes-supervisor"));
    }

    void start() {
        thread.scheduleWithFixedDelay(this::lookSafely, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            // What is thrown would end the schedule.
            LOG.error("The routes could not be looked at; it is tried again", e);
        }
    }

    void look() {
        Map<String, Loaded> loaded = routes.loaded().routes();
        pauses.keySet().retainAll(loaded.keySet());
        loaded.forEach((id, route) -> {
            String reason = reason(id, route);
            long now = nanoTime.getAsLong();
            Pause pause = pauses.get(id);
            if (!reason.isEmpty() && (pause == null || now - pause.until >= 0)) {
                pauses.put(id, next(pause, now));
                restart(id, route, reason);
            } else if (pause != null && now - pause.until >= LONGEST_PAUSE.toNanos()) {
                pauses.remove(id);
            }
        });
    }

    private static Pause next(@Nullable Pause before, long now) {
        Duration doubled = before == null ? LOOK : before.length.multipliedBy(2);
        Duration length = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return new Pause(length, now + length.toNanos());
    }

    /** Why a route must be started again, empty when it need not. */
    private String reason(String id, Loaded loaded) {
        Route route = context.getRoute(id);
        if (route == null || !starts(loaded)) {
            return "";
        }
        ServiceStatus status = context.getRouteController().getRouteStatus(id);
        if (status != null && (status.isStopped() || (status.isStarted() && isDead(route.getConsumer())))) {
            return "its consumer stopped";
        }
        String scheme = EndpointUri.of(route.getEndpoint().getEndpointUri()).scheme();
        return LEFT_ALONE.contains(scheme) ? "" : loaded.figures().stalled();
    }

    private boolean starts(Loaded loaded) {
        String autoStartup = loaded.definition().getAutoStartup();
        return autoStartup == null || CamelContextHelper.parseBoolean(context, autoStartup);
    }

    private static boolean isDead(@Nullable Consumer consumer) {
        return consumer instanceof StatefulService service
                && (service.isStopped() || service.getStatus().isStopped());
    }

    private void restart(String id, Loaded loaded, String reason) {
        LOG.warn("The route {} of {} is started again: {}", id, loaded.text(), reason);
        try {
            host.change(() -> {
                // Replaced meanwhile: the new one has a consumer of its own.
                if (routes.loaded().routes().get(id) == loaded && context.getRoute(id) != null) {
                    context.getRouteController().stopRoute(id, RouteDefaults.SHUTDOWN_SECONDS, TimeUnit.SECONDS);
                    context.getRouteController().startRoute(id);
                }
                return id;
            });
            routes.supervised(id, "");
        } catch (Exception e) {
            String failure = String.valueOf(new StartFailure(id, e).getMessage());
            routes.supervised(id, failure);
            LOG.warn("The route {} does not start and is tried again: {}", id, failure);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(RouteDefaults.SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A route is still being started after {} s", RouteDefaults.SHUTDOWN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
