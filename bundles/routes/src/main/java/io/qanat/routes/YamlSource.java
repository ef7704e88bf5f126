package io.qanat.routes;

import io.qanat.api.RouteException;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML text, its nodes and where they stand. Threads: one. */
final class YamlSource {
    private final String name;
    private final String text;
    private final LoadSettings settings = LoadSettings.builder().build();

    /** @param name for messages */
    YamlSource(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /** @throws RouteException when the text is no YAML, or one that could not be read in little memory */
    Node root() throws RouteException {
        try {
            requireTame();
            return new Composer(settings, parser())
                    .getSingleNode()
                    .orElseThrow(() -> refusal(Position.START, "no route: the text is empty"));
        } catch (MarkedYamlEngineException e) {
            throw refusal(place(e.getProblemMark().or(e::getContextMark)), "this is no well-formed YAML: " + reason(e));
        } catch (ReaderException e) {
            throw refusal(at(e.getPosition()), "this is no well-formed YAML: a character that it does not allow");
        }
    }

    private ParserImpl parser() {
        return new ParserImpl(settings, new StreamReader(settings, text));
    }

    /** A few lines of aliases would be millions of nodes; Camel's parser calls itself for each level. */
    private void requireTame() throws RouteException {
        ParserImpl events = parser();
        int depth = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof AliasEvent) {
                throw refusal(place(event.getStartMark()), "an alias is not allowed: write out what it stands for");
            }
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > XmlTree.DEEPEST) {
                throw refusal(
                        place(event.getStartMark()),
                        "the lists are nested more than " + XmlTree.DEEPEST + " deep: flatten them");
            }
        }
    }

    private static String reason(MarkedYamlEngineException e) {
        String problem = e.getProblem();
        if (problem.contains("TAB")) {
            return "a tab indents this line: use spaces";
        }
        String where = e.getContext() == null ? "" : e.getContext() + ": ";
        String hint = problem.startsWith("expected <block end>") || problem.startsWith("mapping values are not allowed")
                ? "; look at the indentation of this line and of the one before"
                : "";
        return where + problem + hint;
    }

    RouteException refusal(Node node, String message) {
        return refusal(position(node), message);
    }

    private RouteException refusal(Position position, String message) {
        return new RouteException(Mistakes.line(name, position, message));
    }

    Position position(Node node) {
        return place(node.getStartMark());
    }

    private Position place(Optional<Mark> mark) {
        return mark.map(found -> at(found.getIndex())).orElse(Position.START);
    }

    private Position at(int codePoint) {
        return Position.at(text, offset(codePoint));
    }

    /** YAML's parser counts characters, Java's texts have two of theirs for some. */
    private int offset(int codePoint) {
        return text.offsetByCodePoints(0, Math.min(codePoint, text.codePointCount(0, text.length())));
    }

    LocatedValue value(ScalarNode node, Node key) {
        int start = node.getStartMark().map(mark -> offset(mark.getIndex())).orElse(0);
        int end = node.getEndMark().map(mark -> offset(mark.getIndex())).orElse(text.length());
        int name = key.getStartMark().map(mark -> offset(mark.getIndex())).orElse(start);
        int from =
                switch (node.getScalarStyle()) {
                    case SINGLE_QUOTED, DOUBLE_QUOTED -> start + 1;
                    case LITERAL, FOLDED -> Math.max(start, text.indexOf('\n', start) + 1);
                    default -> start;
                };
        return LocatedValue.of(
                node.getValue(), text, name, Math.min(from, end), end, YamlTree.Style.of(node.getScalarStyle()));
    }
}
