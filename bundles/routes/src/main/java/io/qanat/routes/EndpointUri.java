package io.qanat.routes;

import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.dsl.yaml.common.YamlSupport;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The part of an endpoint's uri that is known before a message comes.
 *
 * @param value without placeholders and line breaks
 * @param whole false when an expression follows
 */
record EndpointUri(String value, boolean whole) {
    /** Begins an expression of Camel's Simple language. */
    private static final String EXPRESSION = "${";

    /**
     * Of an element whose placeholders are known and that has a uri.
     *
     * @throws IllegalArgumentException when its options cannot be put into a uri; the message may quote them
     */
    static EndpointUri of(LocatedElement element, CamelContext context) {
        String uri = oneLine(element.attribute("uri").orElse(""));
        Map<String, Object> options = new HashMap<>();
        element.parameters()
                .ifPresent(
                        parameters -> parameters.values().forEach((name, value) -> options.put(name, value.value())));
        return of(context.resolvePropertyPlaceholders(together(uri, options, context)));
    }

    /** As Camel itself puts them together, which would not take options at both places. */
    private static String together(String uri, Map<String, Object> options, CamelContext context) {
        if (options.isEmpty()) {
            return uri;
        }
        if (uri.contains("?")) {
            throw new IllegalArgumentException("the uri has options too: write all of them as parameters");
        }
        MappingNode nowhere = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
        return YamlSupport.createEndpointUri(context, nowhere, uri, options);
    }

    static EndpointUri of(String resolved) {
        String uri = oneLine(resolved);
        int expression = uri.indexOf(EXPRESSION);
        return expression < 0
                ? new EndpointUri(uri, true)
                : new EndpointUri(upToLastOption(uri.substring(0, expression)), false);
    }

    /** A long uri may be written over several lines, which both languages read as spaces. */
    static String oneLine(String uri) {
        String line = uri.strip().replaceAll("\\s*[\\r\\n]\\s*|\\s{2,}", "");
        // A password may have spaces of its own.
        return line.contains("RAW(")
                ? line
                : line.replaceFirst("\\s*\\?\\s*", "?").replaceAll("\\s*&\\s*", "&");
    }

    /** Empty when the uri has none. */
    String scheme() {
        return StringHelper.before(value, ":", "");
    }

    /** What stands between the scheme and the options, without slashes before it. */
    String path() {
        return StringHelper.before(value, "?", value)
                .substring(Math.min(value.length(), scheme().length() + 1))
                .replaceFirst("^/+", "");
    }

    boolean hasOptions() {
        return value.contains("?");
    }

    /** By name, as far as they can be read. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        try {
            URISupport.parseQuery(StringHelper.after(value, "?", ""), false, true)
                    .forEach((name, option) -> options.put(name, String.valueOf(option)));
        } catch (URISyntaxException e) {
            return Map.of();
        }
        return options;
    }

    private static String upToLastOption(String known) {
        int query = known.indexOf('?');
        return query < 0 ? known : known.substring(0, Math.max(query, known.lastIndexOf('&')));
    }
}
