package io.qanat.gateway.control;

import static io.qanat.gateway.control.GatewayOperations.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.RouteLoader;
import io.qanat.api.RouteState;
import io.qanat.api.RouteVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What can be asked about routes. */
final class RouteOperations {
    private RouteOperations() {}

    static Map<String, Operation> of(Supplier<RouteLoader> routes) {
        return Map.of(
                "route.load", arguments -> routes.get().load(text(arguments, "name"), text(arguments, "text")),
                "route.check",
                        arguments -> {
                            routes.get().check(text(arguments, "name"), text(arguments, "text"));
                            return true;
                        },
                "route.list",
                        arguments -> routes.get().routes().stream()
                                .map(RouteOperations::row)
                                .toList(),
                "route.history",
                        arguments -> routes.get().history(text(arguments, "name")).stream()
                                .map(RouteOperations::row)
                                .toList(),
                "route.text", arguments -> routes.get().text(text(arguments, "name"), version(arguments)),
                "route.rollback", arguments -> routes.get().rollback(text(arguments, "name"), version(arguments)),
                "route.remove",
                        arguments -> {
                            routes.get().remove(text(arguments, "name"));
                            return text(arguments, "name");
                        });
    }

    private static int version(JsonNode arguments) {
        return arguments.path("version").asInt(0);
    }

    private static Map<String, Object> row(RouteState route) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", route.id());
        row.put("state", route.state());
        row.put("text", route.text());
        row.put("version", route.version());
        row.put("done", route.done());
        row.put("failed", route.failed());
        row.put("inFlight", route.inFlight());
        row.put("since", route.since().toString());
        row.put("lastMessage", route.lastMessage().map(Object::toString).orElse(""));
        row.put("lastFailure", route.lastFailure());
        row.put("stalled", route.stalled());
        return row;
    }

    private static Map<String, Object> row(RouteVersion version) {
        return Map.of(
                "number", version.number(),
                "loadedAt", version.loadedAt().toString(),
                "running", version.running());
    }
}
