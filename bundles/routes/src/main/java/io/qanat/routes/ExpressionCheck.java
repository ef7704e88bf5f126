package io.qanat.routes;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/** Checks that expressions have a language and follow its rules. Threads: one. */
final class ExpressionCheck {
    /** Elements whose expression must say yes or no. */
    private static final Set<String> PREDICATES =
            Set.of("completionPredicate", "continued", "filter", "handled", "onWhen", "retryWhile", "validate", "when");

    private static final String UNKNOWN = "Unknown function: ";

    /** Written as elements with their own attributes instead of a text. */
    private static final Set<String> WITHOUT_TEXT = Set.of("language", "method", "ref");

    private static final Set<String> IN_THE_RUNTIME = new TreeSet<>(Set.of(
            "constant", "exchangeProperty", "header", "method", "ref", "simple", "tokenize", "variable", "csimple"));

    private final CamelContext context;
    private final Set<String> languages;
    private final Mistakes mistakes;

    /** @param languages names of all that Camel's model knows */
    ExpressionCheck(CamelContext context, Set<String> languages, Mistakes mistakes) {
        this.context = context;
        this.languages = languages;
        this.mistakes = mistakes;
    }

    /** Placeholders of the element are known. */
    void check(LocatedElement element) {
        Optional<LocatedValue> content = element.content();
        if (languages.contains(element.name()) && !WITHOUT_TEXT.contains(element.name())) {
            content.ifPresentOrElse(
                    value -> check(element, element.name(), value), () -> language(element, element.name()));
        } else if (element.name().equals("language")) {
            String name = element.attribute("language").orElse("");
            content.or(() -> Optional.ofNullable(element.values().get("expression")))
                    .ifPresent(value -> check(element, name, value));
        } else if (element.name().equals("log") || element.name().equals("toD")) {
            Optional.ofNullable(element.values().get(element.name().equals("log") ? "message" : "uri"))
                    .filter(value -> value.value().contains("${"))
                    .ifPresent(value -> check(element, "simple", value));
        }
    }

    private void check(LocatedElement element, String name, LocatedValue value) {
        Language language = language(element, name);
        if (language == null) {
            return;
        }
        String expression = context.resolvePropertyPlaceholders(value.value().strip());
        try {
            if (PREDICATES.contains(element.parent())) {
                language.createPredicate(expression);
            } else {
                language.createExpression(expression);
            }
        } catch (SimpleIllegalSyntaxException e) {
            mistakes.add(place(value, expression, index(expression, e)), "wrong " + name + " expression: " + reason(e));
        } catch (RuntimeException e) {
            mistakes.add(value.position(), "wrong " + name + " expression: " + reason(e));
        }
    }

    private @Nullable Language language(LocatedElement element, String name) {
        try {
            return context.resolveLanguage(name);
        } catch (NoSuchLanguageException e) {
            mistakes.add(
                    element.position(),
                    "the language '" + name + "' is not installed: "
                            + NearMiss.of(name, IN_THE_RUNTIME)
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse("install a bundle that offers it, or use one of " + IN_THE_RUNTIME));
            return null;
        }
    }

    /** Simple does not say where a function stands that it does not know. */
    private static int index(String expression, SimpleIllegalSyntaxException e) {
        String message = reason(e);
        return message.startsWith(UNKNOWN) ? expression.indexOf(message.substring(UNKNOWN.length())) : e.getIndex();
    }

    /** Simple counts from the expression's first character; what a placeholder stands for has no place. */
    private static Position place(LocatedValue value, String expression, int index) {
        int from = value.value().indexOf(expression);
        return from < 0 ? value.position() : value.positionOf(from + Math.max(0, index));
    }

    /** Its first line, without the expression, in which a value of a placeholder may stand. */
    private static String reason(RuntimeException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        int place = message.indexOf(" at location ");
        return place < 0 ? message : message.substring(0, place);
    }
}
