package io.qanat.routes;

import io.qanat.api.RouteState;
import io.qanat.api.StageStatus;
import io.qanat.routes.LoadedRoutes.Loaded;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;

/** What the loaded routes are doing now. Threads: any; made for each question. */
record RouteStates(CamelContext context, LoadedRoutes loaded) {
    List<RouteState> routes() {
        return loaded.routes().entrySet().stream()
                .map(route -> state(route.getKey(), route.getValue()))
                .toList();
    }

    /**
     * For whoever shows health.
     *
     * @param failed why routes that ran do not start again, by route id
     * @param refused why texts do not run as they now are, by the text's name
     */
    StageStatus status(Map<String, String> failed, Map<String, String> refused) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("text", String.join(", ", loaded.texts()));
        List<RouteState> routes = routes();
        for (RouteState route : routes) {
            facts.put("route." + route.id(), route.state());
            route.lastMessage().ifPresent(last -> facts.put("last." + route.id(), last.toString()));
            if (!route.stalled().isEmpty()) {
                facts.put("stalled." + route.id(), route.stalled());
            }
        }
        failed.forEach((id, reason) -> facts.put("failed." + id, reason));
        refused.forEach((name, reason) -> facts.put("refused." + name, reason));
        long started =
                routes.stream().filter(route -> route.state().equals("Started")).count();
        return new StageStatus("routes", Map.of("routes", routes.size(), "started", started), facts);
    }

    private RouteState state(String id, Loaded route) {
        RouteFigures figures = route.figures();
        return new RouteState(
                id,
                route.text(),
                route.version(),
                state(id),
                figures.since(),
                figures.done(),
                figures.failed(),
                context.getInflightRepository().size(id),
                figures.lastMessage(),
                figures.lastFailure(),
                stalled(route));
    }

    /** Alarms come when they come: what is sent on has no usual gap. */
    private static String stalled(Loaded route) {
        return RouteDefaults.isForwarder(route.definition())
                ? ""
                : route.figures().stalled();
    }

    /** A route that Camel does not have was taken down with a component and comes back with it. */
    private String state(String id) {
        return Optional.ofNullable(context.getRouteController().getRouteStatus(id))
                .map(ServiceStatus::name)
                .orElse("Waiting");
    }
}
