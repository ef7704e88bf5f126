package io.qanat.routes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One element of a route text with the places of its parts, alike in XML and YAML: a key with a mapping or list is an
 * element, a key with a plain value an attribute, {@code steps} are the element's children. The options of an endpoint
 * that YAML gives as a mapping are the attributes of a child {@code parameters}.
 *
 * @param name such as {@code setBody}
 * @param parent name of the element around it, empty for the first
 * @param values by the attribute's name
 * @param content text between the tags, or the text of an expression
 */
record LocatedElement(
        String name,
        String parent,
        Position position,
        Map<String, LocatedValue> values,
        Optional<LocatedValue> content,
        List<LocatedElement> children) {
    /** Holds endpoint options in YAML. */
    static final String PARAMETERS = "parameters";

    LocatedElement {
        values = Map.copyOf(values);
        children = List.copyOf(children);
    }

    Optional<String> attribute(String attribute) {
        return Optional.ofNullable(values.get(attribute)).map(LocatedValue::value);
    }

    /** Of the attribute's name, or of the element when it has no such attribute. */
    Position position(String attribute) {
        LocatedValue value = values.get(attribute);
        return value == null ? position : value.namePosition();
    }

    /** The options that stand beside the uri. */
    Optional<LocatedElement> parameters() {
        return children.stream()
                .filter(child -> child.name().equals(PARAMETERS))
                .findFirst();
    }

    /** Of an option's name, or of the uri when the option comes from a placeholder. */
    Position positionOfOption(String option) {
        return parameters()
                .map(parameters -> parameters.values().get(option))
                .map(LocatedValue::namePosition)
                .or(() -> inUri(option))
                .orElseGet(() -> position("uri"));
    }

    private Optional<Position> inUri(String option) {
        Pattern named = Pattern.compile("[?&]\\s*(" + Pattern.quote(option) + ")\\s*=");
        return Optional.ofNullable(values.get("uri")).flatMap(uri -> {
            Matcher matcher = named.matcher(uri.value());
            return matcher.find() ? Optional.of(uri.positionOf(matcher.start(1))) : Optional.empty();
        });
    }

    /** Itself and all below it, in the order of the text. */
    Stream<LocatedElement> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(LocatedElement::all));
    }
}
