package io.qanat.routes;

import io.qanat.api.RouteException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a YAML text with the places of its parts, in the shape that XML has: see {@link LocatedElement}. Threads: one;
 * used once.
 */
final class YamlTree {
    /** Keys that only hold what belongs to the key around them. */
    private static final Set<String> TRANSPARENT = Set.of("steps", "expression");

    /** Keys by which a plain value is an expression. */
    private static final Set<String> EXPRESSIONS = Set.of(
            "simple",
            "constant",
            "header",
            "exchangeProperty",
            "variable",
            "csimple",
            "datasonnet",
            "groovy",
            "hl7terser",
            "java",
            "joor",
            "jq",
            "js",
            "jsonpath",
            "mvel",
            "ognl",
            "python",
            "spel",
            "tokenize",
            "wasm",
            "xpath",
            "xquery",
            "xtokenize");

    /** What a step's plain value stands for. */
    private static final Map<String, String> SHORT =
            Map.of("from", "uri", "to", "uri", "toD", "uri", "wireTap", "uri", "poll", "uri", "log", "message");

    private final YamlSource source;

    private YamlTree(YamlSource source) {
        this.source = source;
    }

    static LocatedText read(String name, String text) throws RouteException {
        YamlSource source = new YamlSource(name, text);
        return new LocatedText(LocatedText.Language.YAML, new YamlTree(source).roots(source.root()), "");
    }

    private List<LocatedElement> roots(Node root) throws RouteException {
        if (!(root instanceof SequenceNode list)) {
            throw source.refusal(root, "expected a list of routes: begin the first one with '- route:' or '- from:'");
        }
        List<LocatedElement> roots = new ArrayList<>();
        for (LocatedElement element : items("", list)) {
            roots.add(element.name().equals("from") ? routeAround(element) : element);
        }
        return roots;
    }

    /** A route may be written without saying so. */
    private static LocatedElement routeAround(LocatedElement from) {
        Map<String, LocatedValue> id = new HashMap<>(from.values());
        id.keySet().retainAll(Set.of("id"));
        return new LocatedElement("route", "", from.position(), id, Optional.empty(), List.of(from));
    }

    /** Each item names its element by its one key. */
    private List<LocatedElement> items(String parent, SequenceNode list) throws RouteException {
        List<LocatedElement> elements = new ArrayList<>();
        for (Node item : list.getValue()) {
            if (item instanceof MappingNode mapping) {
                for (NodeTuple entry : tuples(mapping)) {
                    elements.addAll(step(parent, entry));
                }
            } else {
                throw source.refusal(item, "expected a step, such as '- to: log:readings'");
            }
        }
        return elements;
    }

    private List<LocatedElement> step(String parent, NodeTuple entry) throws RouteException {
        String name = name(entry);
        if (!(entry.getValueNode() instanceof ScalarNode plain)) {
            return elements(name, parent, entry.getKeyNode(), entry.getValueNode());
        }
        LocatedValue value = source.value(plain, entry.getKeyNode());
        String attribute = SHORT.get(name);
        Map<String, LocatedValue> values = attribute == null ? Map.of() : Map.of(attribute, value);
        Optional<LocatedValue> content =
                attribute == null && !value.value().isEmpty() ? Optional.of(value) : Optional.empty();
        return List.of(
                new LocatedElement(name, parent, source.position(entry.getKeyNode()), values, content, List.of()));
    }

    /** Of one key whose value is no plain one; several where it has a list. */
    private List<LocatedElement> elements(String name, String parent, Node key, Node value) throws RouteException {
        if (value instanceof MappingNode mapping) {
            return List.of(element(name, parent, key, mapping));
        }
        List<LocatedElement> elements = new ArrayList<>();
        for (Node item : ((SequenceNode) value).getValue()) {
            if (item instanceof ScalarNode plain) {
                elements.add(new LocatedElement(
                        name,
                        parent,
                        source.position(item),
                        Map.of(),
                        Optional.of(source.value(plain, item)),
                        List.of()));
            } else {
                // The key stands for the first of its list.
                elements.addAll(elements(name, parent, elements.isEmpty() ? key : item, item));
            }
        }
        return elements;
    }

    private LocatedElement element(String name, String parent, Node key, MappingNode mapping) throws RouteException {
        Map<String, LocatedValue> values = new HashMap<>();
        List<LocatedElement> children = new ArrayList<>();
        Optional<LocatedValue> content = Optional.empty();
        for (NodeTuple entry : tuples(mapping)) {
            String child = name(entry);
            Node value = entry.getValueNode();
            if (!(value instanceof ScalarNode plain)) {
                children.addAll(inner(child, name, entry.getKeyNode(), value));
            } else if (child.equals("expression") && EXPRESSIONS.contains(name)) {
                content = Optional.of(source.value(plain, entry.getKeyNode()));
            } else if (EXPRESSIONS.contains(child) && !name.equals(LocatedElement.PARAMETERS)) {
                children.addAll(step(name, entry));
            } else {
                values.put(child, source.value(plain, entry.getKeyNode()));
            }
        }
        return new LocatedElement(name, parent, source.position(key), values, content, children);
    }

    private List<LocatedElement> inner(String name, String parent, Node key, Node value) throws RouteException {
        if (!TRANSPARENT.contains(name)) {
            return elements(name, parent, key, value);
        }
        return value instanceof SequenceNode list
                ? items(parent, list)
                : element(parent, "", key, (MappingNode) value).children();
    }

    private List<NodeTuple> tuples(MappingNode mapping) throws RouteException {
        Map<String, Node> first = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node earlier = first.putIfAbsent(name(entry), entry.getKeyNode());
            if (earlier != null) {
                throw source.refusal(
                        entry.getKeyNode(),
                        "the key '" + name(entry) + "' is there twice, first in line "
                                + source.position(earlier).line() + ": remove one");
            }
        }
        return mapping.getValue();
    }

    private String name(NodeTuple entry) throws RouteException {
        if (entry.getKeyNode() instanceof ScalarNode key) {
            return key.getValue();
        }
        throw source.refusal(entry.getKeyNode(), "expected a name as the key");
    }

    /** How each style of YAML writes what cannot stand for itself. */
    enum Style implements LocatedValue.Escapes {
        PLAIN,
        SINGLE,
        DOUBLE;

        static Style of(ScalarStyle style) {
            return switch (style) {
                case SINGLE_QUOTED -> SINGLE;
                case DOUBLE_QUOTED -> DOUBLE;
                default -> PLAIN;
            };
        }

        @Override
        public int length(String text, int at) {
            if (this == SINGLE && text.startsWith("''", at)) {
                return 2;
            }
            if (this != DOUBLE || text.charAt(at) != '\\' || at + 1 >= text.length()) {
                return 0;
            }
            return switch (text.charAt(at + 1)) {
                case 'x' -> 4;
                case 'u' -> 6;
                case 'U' -> 10;
                case '\n', '\r' -> 0;
                default -> 2;
            };
        }

        @Override
        public int silent(String text, int at) {
            return this == DOUBLE && text.startsWith("\\\n", at) ? 2 : 0;
        }
    }
}
