package io.qanat.routes;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One element of a route text with the places of its parts.
 *
 * @param attributes by name, as XML reads them
 * @param text in which it stands
 * @param start offset of its opening bracket
 * @param end offset behind its start tag
 */
record LocatedElement(String name, Map<String, String> attributes, String text, int start, int end) {
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s([\\w:.-]+)\\s*=\\s*(\"[^\"]*\"|'[^']*')");

    LocatedElement {
        attributes = Map.copyOf(attributes);
    }

    Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    Position position() {
        return Position.at(text, start);
    }

    /** Of the attribute's name, or of the element when it has no such attribute. */
    Position position(String attribute) {
        return find(attribute)
                .map(match -> Position.at(text, start + match.start(1)))
                .orElseGet(this::position);
    }

    /** Of an option's name in the uri, or of the uri when the option comes from a placeholder. */
    Position positionOfOption(String option) {
        Pattern named = Pattern.compile("(?:[?&]|&amp;)\\s*(" + Pattern.quote(option) + ")\\s*=");
        Optional<Matcher> uri = find("uri");
        Optional<Matcher> found =
                uri.map(match -> named.matcher(match.group(2))).filter(Matcher::find);
        return uri.isPresent() && found.isPresent()
                ? Position.at(text, start + uri.get().start(2) + found.get().start(1))
                : position("uri");
    }

    private Optional<Matcher> find(String attribute) {
        Matcher matcher = ATTRIBUTE.matcher(text.substring(start, end));
        while (matcher.find()) {
            if (matcher.group(1).equals(attribute)) {
                return Optional.of(matcher);
            }
        }
        return Optional.empty();
    }
}
