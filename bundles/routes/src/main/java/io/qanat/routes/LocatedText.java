package io.qanat.routes;

import io.qanat.api.RouteException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The elements of a route text in order, each with its place. Camel's own model keeps no places of attributes.
 *
 * @param namespace of the first element, empty when it has none
 */
record LocatedText(List<LocatedElement> elements, String namespace) {
    LocatedText {
        elements = List.copyOf(elements);
    }

    /**
     * @param name of the text for messages
     * @throws RouteException when the text is no XML
     */
    static LocatedText read(String name, String text) throws RouteException {
        try {
            return read(text);
        } catch (XMLStreamException e) {
            throw new RouteException(Mistakes.line(name, position(e), "this is no well-formed XML: " + reason(e)), e);
        }
    }

    private static LocatedText read(String text) throws XMLStreamException {
        XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(text));
        try {
            List<LocatedElement> elements = new ArrayList<>();
            String namespace = "";
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD) {
                    throw new XMLStreamException("a document type is not allowed: remove it", reader.getLocation());
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    namespace = elements.isEmpty() ? namespaceOf(reader) : namespace;
                    elements.add(element(reader, text));
                }
            }
            return new LocatedText(elements, namespace);
        } finally {
            reader.close();
        }
    }

    /** Of the routes, in order. */
    List<LocatedElement> routes() {
        return elements.stream()
                .filter(element -> element.name().equals("route"))
                .toList();
    }

    /** A text may not draw in files or addresses of its author's choice. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private static LocatedElement element(XMLStreamReader reader, String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        Position behind = Position.reported(
                reader.getLocation().getLineNumber(), reader.getLocation().getColumnNumber());
        int end = behind.offsetIn(text);
        // XML allows no opening bracket within a tag, so that the last one before its end begins it.
        int start = Math.max(0, text.lastIndexOf('<', Math.max(0, end - 1)));
        return new LocatedElement(reader.getLocalName(), attributes, text, start, end);
    }

    private static String namespaceOf(XMLStreamReader reader) {
        String uri = reader.getNamespaceURI();
        return uri == null ? "" : uri;
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
}
