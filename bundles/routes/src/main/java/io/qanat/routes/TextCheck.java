package io.qanat.routes;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** Finds what is wrong in a text that is well-formed, without touching what runs. Threads: one; used once. */
final class TextCheck {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");

    /** Elements whose uri names an endpoint. */
    private static final Set<String> ENDPOINTS = Set.of("from", "to", "toD", "wireTap", "poll");

    private final CamelContext context;
    private final RouteHost host;
    private final Mistakes mistakes;

    TextCheck(CamelContext context, RouteHost host, Mistakes mistakes) {
        this.context = context;
        this.host = host;
        this.mistakes = mistakes;
    }

    void check(LocatedText text) throws InterruptedException {
        repeatedIds(text);
        try (EndpointCheck endpoints = new EndpointCheck(context, mistakes)) {
            for (LocatedElement element : text.elements()) {
                if (placeholdersAreKnown(element)) {
                    endpoint(element, endpoints);
                }
            }
        }
    }

    /** The schemes of all endpoints whose placeholders are known. */
    Set<String> schemes(LocatedText text) {
        Set<String> schemes = new LinkedHashSet<>();
        text.elements().stream()
                .filter(this::placeholdersAreKnown)
                .flatMap(element -> uri(element).stream())
                .map(EndpointUri::scheme)
                .filter(scheme -> !scheme.isEmpty())
                .forEach(schemes::add);
        return schemes;
    }

    private void repeatedIds(LocatedText text) {
        Map<String, Position> first = new HashMap<>();
        for (LocatedElement route : text.routes()) {
            route.attribute("id").ifPresent(id -> {
                Position earlier = first.putIfAbsent(id, route.position("id"));
                if (earlier != null) {
                    mistakes.add(
                            route.position("id"),
                            "the route id '" + id + "' is taken by line " + earlier.line() + ": choose another one");
                }
            });
        }
    }

    private boolean placeholdersAreKnown(LocatedElement element) {
        boolean known = true;
        for (Map.Entry<String, String> attribute : element.attributes().entrySet()) {
            Matcher matcher = PLACEHOLDER.matcher(attribute.getValue());
            while (matcher.find()) {
                if (!isKnown(matcher.group())) {
                    known = false;
                    mistakes.add(element.position(attribute.getKey()), missing(matcher.group()));
                }
            }
        }
        return known;
    }

    private boolean isKnown(String placeholder) {
        try {
            context.resolvePropertyPlaceholders(placeholder);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String missing(String placeholder) {
        String name = placeholder.substring(2, placeholder.length() - 2);
        if (name.startsWith(Secrets.FUNCTION + ":")) {
            return "missing placeholder " + placeholder + ": write it to a file of this name in the folder that secrets"
                    + " of the configuration " + ConfiguredRoutes.PID + " names";
        }
        return "missing placeholder " + placeholder + ": set property." + name + " in the configuration "
                + ConfiguredRoutes.PID;
    }

    private Optional<EndpointUri> uri(LocatedElement element) {
        return element.attribute("uri")
                .filter(uri -> ENDPOINTS.contains(element.name()))
                .map(context::resolvePropertyPlaceholders)
                .map(EndpointUri::of);
    }

    private void endpoint(LocatedElement element, EndpointCheck endpoints) throws InterruptedException {
        EndpointUri uri = uri(element).orElse(null);
        if (uri == null) {
            return;
        }
        if (uri.scheme().isEmpty()) {
            if (uri.whole()) {
                mistakes.add(element.position("uri"), "this is no endpoint: expected scheme:name");
            }
        } else if (host.awaitComponents(Set.of(uri.scheme()), Duration.ZERO).isEmpty()) {
            endpoints.check(element, uri);
        } else {
            mistakes.add(element.position("uri"), KnownComponents.missing(uri.scheme(), context.getComponentNames()));
        }
    }
}
