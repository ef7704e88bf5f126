package io.qanat.routes.privacy;

import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * A pattern of endpoint uris: {@code *} stands for any characters; {@code http:host} and {@code http://host} are the same;
 * case does not matter; a user's name in the uri is passed over. Options behind the question mark must be there with the
 * same value, others may be there as well.
 */
final class UriPattern {
    private static final Pattern WEB_HOST = Pattern.compile("https?:[^/*]+\\*.*");

    /** What may lead away from the path that it seems to name; only a rule for the whole scheme is true of such a uri. */
    private static final Pattern AWAY = Pattern.compile("\\.\\.|%2e|^https?:.*[#\\\\\\s]");

    private final String text;
    private final Pattern path;
    private final Map<String, Object> options;

    private UriPattern(String text, Pattern path, Map<String, Object> options) {
        this.text = text;
        this.path = path;
        this.options = options;
    }

    /** @throws IllegalArgumentException when it has no scheme, or would be true of hosts of a stranger's choice */
    static UriPattern of(String text) {
        String path = path(text);
        if (!path.contains(":") || path.startsWith(":") || path.startsWith("*")) {
            throw new IllegalArgumentException(
                    "the uri '" + text + "' has no scheme: write scheme:name, such as http:*");
        }
        if (WEB_HOST.matcher(path).matches() && path.indexOf('/') < 0) {
            throw new IllegalArgumentException("the uri '" + text + "' is also true of other hosts, such as "
                    + path.replace("*", ".example.com") + ": write the whole host and /*");
        }
        String regex = Stream.of(path.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return new UriPattern(text, Pattern.compile(regex, Pattern.DOTALL), options(text));
    }

    boolean matches(String uri) {
        String candidate = path(uri);
        String written = StringHelper.before(uri, "?", uri).toLowerCase(Locale.ROOT);
        return (text.endsWith(":*") || !AWAY.matcher(written).find())
                && path.matcher(candidate).matches()
                && options(uri).entrySet().containsAll(options.entrySet());
    }

    String scheme() {
        return StringHelper.before(text, ":", text).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }

    private static String path(String uri) {
        String path = StringHelper.before(uri, "?", uri).strip().toLowerCase(Locale.ROOT);
        return path.replaceFirst("^([a-z0-9+.-]+):/*", "$1:").replaceFirst("^([a-z0-9+.-]+):[^/]*@", "$1:");
    }

    private static Map<String, Object> options(String uri) {
        try {
            return URISupport.parseQuery(StringHelper.after(uri, "?", ""), false, true);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the options of the uri cannot be read", e);
        }
    }
}
