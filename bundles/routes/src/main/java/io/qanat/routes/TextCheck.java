package io.qanat.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

    void check(LocatedText text, OtherRoutes others) throws InterruptedException {
        takenIds(text, others);
        Targets targets = new Targets(others.sources());
        try (EndpointCheck endpoints = new EndpointCheck(context, mistakes)) {
            StructureCheck structure = new StructureCheck(context, endpoints.catalog(), text, mistakes);
            structure.check();
            ExpressionCheck expressions = new ExpressionCheck(context, structure.languages(), mistakes);
            BeanCheck beans = new BeanCheck(context, mistakes);
            for (LocatedElement element : text.elements()) {
                if (placeholdersAreKnown(element)) {
                    expressions.check(element);
                    beans.check(element);
                    endpoint(element, endpoints, targets);
                }
            }
        }
        targets.check();
    }

    private void takenIds(LocatedText text, OtherRoutes others) {
        Map<String, Position> first = new HashMap<>();
        for (LocatedElement route : text.routes()) {
            route.attribute("id").ifPresent(id -> {
                Position earlier = first.putIfAbsent(id, route.position("id"));
                String other = others.texts().get(id);
                if (earlier != null || other != null) {
                    mistakes.add(
                            route.position("id"),
                            "the route id '" + id + "' is taken by "
                                    + (earlier == null ? "the running text " + other : "line " + earlier.line())
                                    + ": choose another one");
                }
            });
        }
    }

    boolean placeholdersAreKnown(LocatedElement element) {
        boolean known = true;
        List<LocatedValue> values = new ArrayList<>(element.values().values());
        element.content().ifPresent(values::add);
        element.parameters().ifPresent(options -> values.addAll(options.values().values()));
        for (LocatedValue value : values) {
            Matcher matcher = PLACEHOLDER.matcher(value.value());
            while (matcher.find()) {
                if (!isKnown(matcher.group())) {
                    known = false;
                    // The options beside a uri are elements too, which tell it themselves.
                    if (element.values().containsValue(value)
                            || element.content().isPresent()) {
                        mistakes.add(value.positionOf(matcher.start()), missing(matcher.group()));
                    }
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
        if (name.startsWith(AllowedEnvironment.FUNCTION + ":")) {
            return "missing placeholder " + placeholder
                    + ": set this environment variable, and name it in environment of" + " the configuration "
                    + ConfiguredRoutes.PID;
        }
        return "missing placeholder " + placeholder + ": set property." + name + " in the configuration "
                + ConfiguredRoutes.PID;
    }

    /** Of an element whose placeholders are known. */
    Optional<EndpointUri> uri(LocatedElement element) {
        if (!ENDPOINTS.contains(element.name()) || element.attribute("uri").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(EndpointUri.of(element, context));
        } catch (IllegalArgumentException e) {
            // What Camel says may quote a password.
            String reason = element.attribute("uri").orElse("").contains("?")
                    ? "options stand in the uri and as parameters: write all of them as parameters"
                    : "the uri and its parameters make no endpoint: a required part is missing";
            mistakes.add(element.position("uri"), reason);
            return Optional.empty();
        }
    }

    private void endpoint(LocatedElement element, EndpointCheck endpoints, Targets targets)
            throws InterruptedException {
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
            targets.take(element, uri);
            model(element, uri);
        } else {
            mistakes.add(element.position("uri"), KnownComponents.missing(uri.scheme(), context.getComponentNames()));
        }
    }

    private void model(LocatedElement element, EndpointUri uri) {
        Needs.model(uri).ifPresent(model -> host.models()
                .filter(models -> models.active(model).isEmpty())
                .ifPresent(models -> mistakes.add(element.position("uri"), Needs.missing(model, models))));
    }

    /** Messages to a {@code direct:} that nobody receives from fail one by one. */
    private final class Targets {
        private final Set<String> sources;
        private final Map<LocatedElement, String> targets = new HashMap<>();

        Targets(Set<String> others) {
            sources = new HashSet<>(others);
        }

        void take(LocatedElement element, EndpointUri uri) {
            if (uri.whole() && uri.scheme().equals("direct")) {
                String endpoint = "direct:" + uri.path();
                if (element.name().equals("from")) {
                    sources.add(endpoint);
                } else {
                    targets.put(element, endpoint);
                }
            }
        }

        void check() {
            targets.forEach((element, endpoint) -> {
                if (!sources.contains(endpoint)) {
                    mistakes.add(
                            element.position("uri"),
                            "no route receives from " + endpoint + ": "
                                    + NearMiss.of(endpoint, sources)
                                            .map(near -> "did you mean " + near + "?")
                                            .orElse("add one that begins with it"));
                }
            });
        }
    }
}
