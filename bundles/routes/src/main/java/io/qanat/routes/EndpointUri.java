package io.qanat.routes;

import org.apache.camel.util.StringHelper;

/**
 * The part of an endpoint's uri that is known before a message comes.
 *
 * @param value without placeholders and line breaks
 * @param whole false when an expression follows
 */
record EndpointUri(String value, boolean whole) {
    /** Begins an expression of Camel's Simple language. */
    private static final String EXPRESSION = "${";

    static EndpointUri of(String resolved) {
        String uri = resolved.strip().replaceAll("\\s{2,}", "");
        int expression = uri.indexOf(EXPRESSION);
        return expression < 0
                ? new EndpointUri(uri, true)
                : new EndpointUri(upToLastOption(uri.substring(0, expression)), false);
    }

    /** Empty when the uri has none. */
    String scheme() {
        return StringHelper.before(value, ":", "");
    }

    boolean hasOptions() {
        return value.contains("?");
    }

    private static String upToLastOption(String known) {
        int query = known.indexOf('?');
        return query < 0 ? known : known.substring(0, Math.max(query, known.lastIndexOf('&')));
    }
}
