package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of one running Camel context, text by text. A text replaces the routes of an earlier text of its name, and
 * those of any text that have the same ids.
 *
 * <p>Threads: any; one load at a time.
 */
final class GatewayRoutes implements RouteLoader, StageStatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRoutes.class);

    private final ModelCamelContext context;
    private final RouteHost host;
    private final RouteSwap swap;
    private final ReentrantLock loading = new ReentrantLock();

    /** By route id; replaced as a whole while loading. */
    private volatile Map<String, Loaded> loaded = Map.of();

    /** The texts as they were loaded last, by name. */
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    /** The texts whose last version was refused, each with the reason. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    /** @param context that runs; its owner stops it */
    GatewayRoutes(ModelCamelContext context, RouteHost host) {
        this.context = context;
        this.host = host;
        this.swap = new RouteSwap(context);
    }

    @Override
    public List<String> load(String name, String text) throws RouteException {
        try {
            List<String> ids = exclusively(name, text);
            texts.put(name, text);
            refused.remove(name);
            return ids;
        } catch (RouteException e) {
            refuse(name, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** The texts of which routes run, by name. */
    Map<String, String> texts() {
        Map<String, String> running = new TreeMap<>(texts);
        running.keySet().retainAll(loaded.values().stream().map(Loaded::text).toList());
        return running;
    }

    /** Remembers for the status that a text does not run as it now is. */
    void refuse(String name, String reason) {
        refused.put(name, reason);
    }

    private List<String> exclusively(String name, String text) throws RouteException {
        loading.lock();
        try {
            return host.change(() -> replace(RouteText.checked(name, text, context, host)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouteException(name + ": interrupted while it was loaded; the running routes stay", e);
        } catch (RouteException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new RouteException(name + ": cannot be loaded: " + e.getMessage(), e);
        } finally {
            loading.unlock();
        }
    }

    /**
     * Waits until all components that a text needs are there.
     *
     * @return what is missing after the timeout, each with what to do; empty also when the text has mistakes, which
     *     loading it will show
     */
    List<String> awaitComponents(String text, Duration timeout) throws InterruptedException {
        return host.awaitComponents(schemes(text), timeout).stream()
                .map(scheme -> KnownComponents.missing(scheme, context.getComponentNames()))
                .toList();
    }

    private Set<String> schemes(String text) {
        try {
            LocatedText located = LocatedText.read("", text);
            return new TextCheck(context, host, new Mistakes("")).schemes(located);
        } catch (RouteException e) {
            return Set.of();
        }
    }

    @Override
    public List<StageStatus> status() {
        Map<String, Loaded> now = loaded;
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("text", now.values().stream().map(Loaded::text).distinct().collect(Collectors.joining(", ")));
        now.keySet().forEach(id -> facts.put("route." + id, state(id)));
        refused.forEach((name, reason) -> facts.put("refused." + name, reason));
        long started = now.keySet().stream().filter(this::isStarted).count();
        return List.of(new StageStatus("routes", Map.of("routes", now.size(), "started", started), facts));
    }

    private List<String> replace(RouteText text) throws RouteException {
        List<String> ids =
                text.routes().stream().map(RouteDefinition::getRouteId).toList();
        Map<String, Loaded> staying = new LinkedHashMap<>(loaded);
        staying.entrySet()
                .removeIf(route -> route.getValue().text().equals(text.name()) || ids.contains(route.getKey()));
        Set<String> replaced = new LinkedHashSet<>(loaded.keySet());
        replaced.removeAll(staying.keySet());
        try {
            swap.replace(definitions(replaced), text.routes());
        } catch (StartFailure failure) {
            throw new RouteException(explain(text, failure), failure);
        }
        text.routes().forEach(route -> staying.put(route.getRouteId(), new Loaded(text.name(), route)));
        loaded = Collections.unmodifiableMap(staying);
        LOG.info("The routes {} of {} run; they replaced {}", ids, text.name(), replaced);
        return ids;
    }

    private List<RouteDefinition> definitions(Set<String> ids) {
        return loaded.entrySet().stream()
                .filter(route -> ids.contains(route.getKey()))
                .map(route -> route.getValue().definition())
                .toList();
    }

    private static String explain(RouteText text, StartFailure failure) {
        StringBuilder message = new StringBuilder(text.line(
                failure.routeId(), "the route '" + failure.routeId() + "' does not start: " + failure.getMessage()));
        for (Throwable second : failure.getSuppressed()) {
            message.append("\nThe earlier routes do not run again either: ").append(second.getMessage());
        }
        return message.toString();
    }

    private boolean isStarted(String id) {
        return status(id).filter(ServiceStatus::isStarted).isPresent();
    }

    /** A route that Camel does not have was taken down with a component and comes back with it. */
    private String state(String id) {
        return status(id).map(ServiceStatus::name).orElse("Waiting");
    }

    private Optional<ServiceStatus> status(String id) {
        return Optional.ofNullable(context.getRouteController().getRouteStatus(id));
    }

    /** @param text its name */
    private record Loaded(String text, RouteDefinition definition) {}
}
