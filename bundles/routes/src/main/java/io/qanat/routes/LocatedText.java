package io.qanat.routes;

import io.qanat.api.RouteException;
import java.util.List;
import java.util.Locale;

/**
 * The elements of a route text, each with its place. Camel's own model keeps no places of attributes.
 *
 * @param roots one in XML, those of the list in YAML
 * @param namespace of the first XML element, empty when it has none
 */
record LocatedText(Language language, List<LocatedElement> roots, String namespace) {
    LocatedText {
        roots = List.copyOf(roots);
    }

    /** In which a text is written. */
    enum Language {
        XML,
        YAML;

        /** By the ending of the text's name, or by how the text begins. */
        static Language of(String name, String text) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.endsWith(".xml")) {
                return XML;
            }
            boolean named = lower.endsWith(".yaml") || lower.endsWith(".yml");
            return named || !text.stripLeading().startsWith("<") ? YAML : XML;
        }
    }

    /**
     * @param name of the text for messages and for its language
     * @throws RouteException when the text is neither XML nor YAML
     */
    static LocatedText read(String name, String text) throws RouteException {
        return Language.of(name, text) == Language.XML ? XmlTree.read(name, text) : YamlTree.read(name, text);
    }

    /** All, in the order of the text. */
    List<LocatedElement> elements() {
        return roots.stream().flatMap(LocatedElement::all).toList();
    }

    /** Of the routes, in order. */
    List<LocatedElement> routes() {
        return elements().stream()
                .filter(element -> element.name().equals("route"))
                .toList();
    }

    /** Where the text begins. */
    Position start() {
        return roots.isEmpty() ? Position.START : roots.get(0).position();
    }
}
