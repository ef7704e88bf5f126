package io.qanat.routes;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** Checks that the beans which a text names exist, with the methods that it calls. Threads: one. */
final class BeanCheck {
    /** Attributes that name a bean, by element. */
    private static final Map<String, List<String>> NAMED = Map.of(
            "bean", List.of("ref"),
            "process", List.of("ref"),
            "method", List.of("ref"),
            "policy", List.of("ref"),
            "aggregate", List.of("aggregationStrategy"),
            "enrich", List.of("aggregationStrategy"),
            "pollEnrich", List.of("aggregationStrategy"),
            "split", List.of("aggregationStrategy"),
            "multicast", List.of("aggregationStrategy", "onPrepare"),
            "recipientList", List.of("aggregationStrategy", "onPrepare"));

    private final CamelContext context;
    private final Mistakes mistakes;

    BeanCheck(CamelContext context, Mistakes mistakes) {
        this.context = context;
        this.mistakes = mistakes;
    }

    /** The beans that an element itself names; placeholders of it are known. */
    static Set<String> names(LocatedElement element, CamelContext context) {
        Set<String> names = new LinkedHashSet<>();
        attributes(element)
                .flatMap(attribute -> element.attribute(attribute).stream())
                .flatMap(value -> name(context.resolvePropertyPlaceholders(value)).stream())
                .forEach(names::add);
        return names;
    }

    void check(LocatedElement element) {
        attributes(element).forEach(attribute -> element.attribute(attribute)
                .flatMap(value -> name(context.resolvePropertyPlaceholders(value)))
                .ifPresent(name -> check(element, element.position(attribute), name)));
    }

    /** @param place of what names the bean */
    void require(Position place, String name) {
        if (context.getRegistry().lookupByName(name) == null) {
            mistakes.add(place, missing(name, context));
        }
    }

    static String missing(String name, CamelContext context) {
        Set<String> names =
                context.getRegistry().findByTypeWithName(Object.class).keySet();
        return "the bean '" + name + "' does not exist: "
                + NearMiss.of(name, names)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("it must be a service with the property camel.bean=" + name
                                + ", or a configuration such as io.qanat.camel.tls-" + name);
    }

    private void check(LocatedElement element, Position place, String name) {
        Object bean = context.getRegistry().lookupByName(name);
        if (bean == null) {
            mistakes.add(place, missing(name, context));
            return;
        }
        element.attribute("method")
                .map(context::resolvePropertyPlaceholders)
                .map(call -> call.replaceFirst("\\(.*", "").strip())
                .filter(method -> !method.isEmpty() && !method.contains("$"))
                .ifPresent(method -> method(element, name, bean, method));
    }

    private void method(LocatedElement element, String name, Object bean, String method) {
        Set<String> methods =
                Stream.of(bean.getClass().getMethods()).map(Method::getName).collect(Collectors.toSet());
        if (!methods.contains(method)) {
            methods.removeAll(objectsOwn());
            mistakes.add(
                    element.position("method"),
                    "the bean '" + name + "' has no method '" + method + "': "
                            + NearMiss.of(method, methods)
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse("call one of its public methods"));
        }
    }

    private static Set<String> objectsOwn() {
        return Stream.of(Object.class.getMethods()).map(Method::getName).collect(Collectors.toCollection(HashSet::new));
    }

    private static Stream<String> attributes(LocatedElement element) {
        return NAMED.getOrDefault(element.name(), List.of()).stream();
    }

    /** Empty for what Camel makes itself, such as {@code #class:...}, and for what is known with the message only. */
    static Optional<String> name(String reference) {
        String name = reference.startsWith("#bean:")
                ? reference.substring("#bean:".length())
                : reference.startsWith("#") ? reference.substring(1) : reference;
        return name.isBlank() || name.contains(":") || name.contains("${") ? Optional.empty() : Optional.of(name);
    }
}
