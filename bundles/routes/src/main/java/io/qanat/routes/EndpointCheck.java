package io.qanat.routes;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options of endpoints against what their components say of themselves. Threads: one; made anew for each
 * text, since an updated component may know other options.
 */
final class EndpointCheck implements AutoCloseable {
    private final DefaultRuntimeCamelCatalog catalog = new DefaultRuntimeCamelCatalog();
    private final Mistakes mistakes;
    private final BeanCheck beans;

    EndpointCheck(CamelContext context, Mistakes mistakes) {
        this.mistakes = mistakes;
        this.beans = new BeanCheck(context, mistakes);
        catalog.setCamelContext(context);
        catalog.setSuggestionStrategy((names, unknown) ->
                NearMiss.of(unknown, names).map(name -> new String[] {name}).orElse(null));
        catalog.start();
    }

    DefaultRuntimeCamelCatalog catalog() {
        return catalog;
    }

    /** The beans that a uri names. */
    static Set<String> beans(EndpointUri uri) {
        Set<String> names = new LinkedHashSet<>();
        uri.options().values().stream().filter(value -> value.startsWith("#")).forEach(value -> BeanCheck.name(value)
                .ifPresent(names::add));
        if (uri.whole() && uri.scheme().equals("bean")) {
            BeanCheck.name(uri.path()).ifPresent(names::add);
        }
        return names;
    }

    /** Checks what is known of the uri of an element; the component is there. */
    void check(LocatedElement element, EndpointUri uri) {
        uri.options().forEach((option, value) -> {
            if (value.startsWith("#")) {
                BeanCheck.name(value).ifPresent(name -> beans.require(element.positionOfOption(option), name));
            }
        });
        if (uri.whole() && uri.scheme().equals("bean")) {
            BeanCheck.name(uri.path()).ifPresent(name -> beans.require(element.position("uri"), name));
        }
        if ((!uri.whole() && !uri.hasOptions()) || catalog.componentJSonSchema(uri.scheme()) == null) {
            return;
        }
        boolean consumer = element.name().equals("from") || element.name().equals("poll");
        report(element, uri, catalog.validateEndpointProperties(uri.value(), false, consumer, !consumer));
    }

    private void report(LocatedElement element, EndpointUri uri, EndpointValidationResult result) {
        if (result.getSyntaxError() != null || result.getIncapable() != null) {
            // What the catalogue says quotes the uri, which may hold a password.
            mistakes.add(
                    element.position("uri"), "this is no valid uri: expected " + uri.scheme() + ":name?option=value");
            return;
        }
        String scheme = uri.scheme();
        each(result.getUnknown()).forEach(option -> unknown(element, scheme, option, result));
        each(result.getNotConsumerOnly()).forEach(option -> misplaced(element, scheme, option, "sending (to)"));
        each(result.getNotProducerOnly()).forEach(option -> misplaced(element, scheme, option, "receiving (from)"));
        if (uri.whole()) {
            each(result.getRequired())
                    .forEach(option -> mistakes.add(
                            element.position("uri"), scheme + " needs '" + option + "': add it to the uri"));
        }
        wrong(element, scheme, result.getInvalidInteger(), "a whole number");
        wrong(element, scheme, result.getInvalidNumber(), "a number");
        wrong(element, scheme, result.getInvalidBoolean(), "true or false");
        wrong(element, scheme, result.getInvalidDuration(), "a duration, such as 500 (milliseconds), 5s or 2m");
        wrong(element, scheme, result.getInvalidReference(), "the name of a bean, such as #name");
        wrongChoice(element, scheme, result);
    }

    private void unknown(LocatedElement element, String scheme, String option, EndpointValidationResult result) {
        String[] similar = each(result.getUnknownSuggestions()).get(option);
        String hint = similar == null || similar.length == 0
                ? "it has none of a similar name; remove it"
                : "did you mean " + similar[0] + "?";
        mistakes.add(element.positionOfOption(option), "unknown option '" + option + "' of " + scheme + ": " + hint);
    }

    private void misplaced(LocatedElement element, String scheme, String option, String use) {
        mistakes.add(
                element.positionOfOption(option),
                "option '" + option + "' of " + scheme + " is for " + use + " only: remove it from this "
                        + element.name());
    }

    private void wrong(LocatedElement element, String scheme, Map<String, String> values, String expected) {
        each(values)
                .forEach((option, value) -> mistakes.add(
                        element.positionOfOption(option),
                        "option '" + option + "' of " + scheme + " is '" + shown(element, value) + "': expected "
                                + expected));
    }

    private void wrongChoice(LocatedElement element, String scheme, EndpointValidationResult result) {
        each(result.getInvalidEnum()).forEach((option, value) -> {
            String choices = String.join(", ", result.getEnumChoices(option));
            wrong(element, scheme, Map.of(option, value), "one of " + choices);
        });
    }

    /** A secret may stand where it does not belong. */
    private static String shown(LocatedElement element, String value) {
        boolean secret = element.all()
                .flatMap(part -> part.values().values().stream())
                .anyMatch(written -> written.value().contains("{{" + Secrets.FUNCTION + ":"));
        return secret ? "..." : value;
    }

    private static Set<String> each(@Nullable Set<String> options) {
        return options == null ? Set.of() : options;
    }

    private static <V> Map<String, V> each(@Nullable Map<String, V> options) {
        return options == null ? Map.of() : options;
    }

    @Override
    public void close() {
        catalog.stop();
    }
}
