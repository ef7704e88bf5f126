package io.qanat.routes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * The routes of all texts that were loaded. Threads: any; replaced as a whole.
 *
 * @param routes by id, in the order in which they were loaded
 */
record LoadedRoutes(Map<String, Loaded> routes) {
    static final LoadedRoutes NONE = new LoadedRoutes(Map.of());

    LoadedRoutes {
        routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    }

    /**
     * One route.
     *
     * @param text its name
     * @param content of the text
     * @param version of the text, 0 when none is kept
     */
    record Loaded(String text, String content, int version, RouteDefinition definition, RouteFigures figures) {}

    List<RouteDefinition> of(String text) {
        return routes.values().stream()
                .filter(route -> route.text().equals(text))
                .map(Loaded::definition)
                .toList();
    }

    /** 0 when no routes of the text run, or no versions are kept. */
    int versionOf(String text) {
        return routes.values().stream()
                .filter(route -> route.text().equals(text))
                .mapToInt(Loaded::version)
                .findFirst()
                .orElse(0);
    }

    Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
        routes.values().forEach(route -> texts.add(route.text()));
        return texts;
    }

    /** What the texts hold, by name. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        routes.values().forEach(route -> contents.put(route.text(), route.content()));
        return contents;
    }

    LoadedRoutes without(String text) {
        Map<String, Loaded> staying = new LinkedHashMap<>(routes);
        staying.values().removeIf(route -> route.text().equals(text));
        return new LoadedRoutes(staying);
    }

    LoadedRoutes with(Map<String, Loaded> added) {
        Map<String, Loaded> all = new LinkedHashMap<>(routes);
        all.putAll(added);
        return new LoadedRoutes(all);
    }

    /** What a text has to live beside. */
    OtherRoutes besides(String text, CamelContext context) {
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> sources = new LinkedHashSet<>();
        without(text).routes().forEach((id, route) -> {
            texts.put(id, route.text());
            sources.add(source(route.definition(), context));
        });
        return new OtherRoutes(texts, sources);
    }

    /** Where a route receives from, without options. */
    static String source(RouteDefinition route, CamelContext context) {
        EndpointUri from = EndpointUri.of(
                context.resolvePropertyPlaceholders(route.getInput().getEndpointUri()));
        return from.scheme() + ":" + from.path();
    }
}
