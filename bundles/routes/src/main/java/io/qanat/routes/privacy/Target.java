package io.qanat.routes.privacy;

import java.util.regex.Pattern;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * An endpoint that a step names, as far as it is known before a message comes.
 *
 * @param uri with values in place of placeholders; up to the first expression when one is in it
 * @param whole false when the rest comes with the message
 */
record Target(String uri, boolean whole) {
    private static final Pattern USER = Pattern.compile("^([\\w+.-]+):(/*)[^/]*@");

    /** Nothing of it is known. */
    static final Target ANY = new Target("", false);

    static Target of(String resolved) {
        String uri = resolved.strip().replaceAll("\\s{2,}", "");
        int first = uri.indexOf("${");
        int second = uri.indexOf("$simple{");
        int expression = first < 0 ? second : second < 0 ? first : Math.min(first, second);
        int query = uri.indexOf('?');
        if (expression < 0) {
            return new Target(uri, true);
        }
        // Options with expressions leave the endpoint itself known.
        boolean inOptions = query >= 0 && query < expression;
        return inOptions ? new Target(uri.substring(0, query), true) : new Target(uri.substring(0, expression), false);
    }

    boolean known() {
        return uri.contains(":");
    }

    String scheme() {
        return StringHelper.before(uri, ":", "");
    }

    /** Of an endpoint that hands messages to routes, such as {@code direct:a}: the same for each way to write it. */
    String key() {
        return StringHelper.before(uri, "?", uri).replaceFirst("^(\\w+):/*", "$1:");
    }

    /** For people and files: without options, and without the name and password of a user. */
    static String shown(String uri) {
        String sanitized = URISupport.sanitizeUri(uri);
        String path = StringHelper.before(sanitized, "?", sanitized);
        return USER.matcher(path).replaceFirst("$1:$2");
    }

    @Override
    public String toString() {
        return uri.isEmpty() ? "an endpoint that the message names" : shown(uri) + (whole ? "" : "...");
    }
}
