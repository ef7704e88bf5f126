package io.qanat.routes;

import io.qanat.api.RouteException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads an XML text with the places of its parts. Threads: one; used once. */
final class XmlTree {
    /** Far more than a route needs, and few enough for Camel's parser, which calls itself for each level. */
    static final int DEEPEST = 100;

    /** Without those of another namespace, which say nothing to Camel. */
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\s(?!xmlns)([\\w.-]+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)')");

    private final String text;
    private final Deque<Open> open = new ArrayDeque<>();
    private final List<LocatedElement> roots = new ArrayList<>();
    private String namespace = "";

    private XmlTree(String text) {
        this.text = text;
    }

    static LocatedText read(String name, String text) throws RouteException {
        try {
            return new XmlTree(text).read();
        } catch (XMLStreamException e) {
            throw new RouteException(Mistakes.line(name, position(e), "this is no well-formed XML: " + reason(e)), e);
        }
    }

    private LocatedText read() throws XMLStreamException {
        XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(text));
        try {
            while (reader.hasNext()) {
                take(reader.next(), reader);
            }
            return new LocatedText(LocatedText.Language.XML, roots, namespace);
        } finally {
            reader.close();
        }
    }

    private void take(int event, XMLStreamReader reader) throws XMLStreamException {
        switch (event) {
            case XMLStreamConstants.DTD ->
                throw new XMLStreamException("a document type is not allowed: remove it", reader.getLocation());
            case XMLStreamConstants.START_ELEMENT -> begin(reader);
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                if (!open.isEmpty()) {
                    open.peek().content.append(reader.getText());
                }
            }
            case XMLStreamConstants.END_ELEMENT -> end();
            default -> {
                // Comments and instructions say nothing to Camel.
            }
        }
    }

    private void begin(XMLStreamReader reader) throws XMLStreamException {
        if (open.size() >= DEEPEST) {
            throw new XMLStreamException(
                    "the elements are nested more than " + DEEPEST + " deep: flatten them", reader.getLocation());
        }
        if (open.isEmpty()) {
            namespace = String.valueOf(reader.getNamespaceURI() == null ? "" : reader.getNamespaceURI());
        }
        Position behind = Position.reported(
                reader.getLocation().getLineNumber(), reader.getLocation().getColumnNumber());
        int end = behind.offsetIn(text);
        // XML allows no opening bracket within a tag, so that the last one before its end begins it.
        int start = Math.max(0, text.lastIndexOf('<', Math.max(0, end - 1)));
        open.push(new Open(reader.getLocalName(), start, end, attributes(reader, start, end)));
    }

    private void end() {
        Open done = open.pop();
        String parent = open.isEmpty() ? "" : open.peek().name;
        LocatedElement element = done.close(text, parent);
        (open.isEmpty() ? roots : open.peek().children).add(element);
    }

    private Map<String, LocatedValue> attributes(XMLStreamReader reader, int start, int end) {
        Map<String, LocatedValue> attributes = new HashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(text).region(start, end);
        while (matcher.find()) {
            int group = matcher.group(2) == null ? 3 : 2;
            String name = matcher.group(1);
            String value = valueOf(reader, name);
            attributes.put(
                    name,
                    LocatedValue.of(
                            value, text, matcher.start(1), matcher.start(group), matcher.end(group), Entities.XML));
        }
        return attributes;
    }

    private static String valueOf(XMLStreamReader reader, String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return "";
    }

    /** A text may not draw in files or addresses of its author's choice. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private static Position position(XMLStreamException e) {
        return e.getLocation() == null
                ? Position.START
                : Position.reported(
                        e.getLocation().getLineNumber(), e.getLocation().getColumnNumber());
    }

    /** The parser repeats the place in its message's first line. */
    private static String reason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(message.indexOf("Message: ") + 1).replaceFirst("^essage: ", "");
    }

    /** An element whose end has not come. */
    private static final class Open {
        private final String name;
        private final int start;
        private final int end;
        private final Map<String, LocatedValue> attributes;
        private final StringBuilder content = new StringBuilder();
        private final List<LocatedElement> children = new ArrayList<>();

        Open(String name, int start, int end, Map<String, LocatedValue> attributes) {
            this.name = name;
            this.start = start;
            this.end = end;
            this.attributes = attributes;
        }

        LocatedElement close(String text, String parent) {
            String value = content.toString();
            Optional<LocatedValue> located = value.isBlank()
                    ? Optional.empty()
                    : Optional.of(LocatedValue.of(value, text, start, end, text.length(), Entities.XML));
            return new LocatedElement(name, parent, Position.at(text, start), attributes, located, children);
        }
    }

    private enum Entities implements LocatedValue.Escapes {
        XML;

        @Override
        public int length(String text, int at) {
            int end = text.charAt(at) == '&' ? text.indexOf(';', at) : -1;
            return end < 0 ? 0 : end - at + 1;
        }

        @Override
        public int silent(String text, int at) {
            return text.startsWith("<![CDATA[", at) ? "<![CDATA[".length() : 0;
        }
    }
}
