package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a text in Camel's Simple language reads. What is not known to be harmless reads everything. */
final class Simple {
    /** Both ways to begin a function, and the block that defines functions of the text's own. */
    private static final Pattern START = Pattern.compile("\\$\\{|\\$simple\\{|\\$init\\{");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    /** Functions that read nothing of the message. */
    private static final Set<String> HARMLESS = Set.of(
            "camelid",
            "date:now",
            "date:millis",
            "empty",
            "env",
            "exchangeid",
            "fromrouteid",
            "hostname",
            "messageid",
            "messagetimestamp",
            "null",
            "routeid",
            "stepid",
            "sys",
            "sysenv",
            "threadid",
            "threadname",
            "uuid");

    private static final Map<String, Reads> WHOLE = Map.of(
            "body", Reads.BODY,
            "in.body", Reads.BODY,
            "bodytype", Reads.BODY,
            "prettybody", Reads.BODY,
            "bodyoneline", Reads.BODY,
            "headers", Reads.HEADERS,
            "in.headers", Reads.HEADERS);

    private final Function<String, DataClass> beans;

    /** @param beans what the bean of a name yields */
    Simple(Function<String, DataClass> beans) {
        this.beans = beans;
    }

    Reads reads(String text) {
        // Camel draws such a text in from a file, when the message comes or before.
        if (text.strip().startsWith("resource:")) {
            return Reads.ANYTHING;
        }
        Matcher start = START.matcher(text);
        Reads reads = Reads.NOTHING;
        int from = 0;
        while (start.find(from)) {
            if (start.group().equals("$init{")) {
                return Reads.code(DataClass.RAW);
            }
            int end = end(text, start.end());
            reads = reads.and(function(text.substring(start.end(), end)));
            from = Math.min(end + 1, text.length());
        }
        return reads;
    }

    /** Of the bracket that closes a function; functions may stand in functions. */
    private static int end(String text, int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return text.length();
    }

    private Reads function(String function) {
        Reads own = outer(function.strip());
        return START.matcher(function).find() ? own.and(reads(function)).and(Reads.ANYTHING) : own;
    }

    private Reads outer(String function) {
        String key = function.toLowerCase(java.util.Locale.ROOT);
        if (WHOLE.containsKey(key)) {
            return WHOLE.get(key);
        }
        if (HARMLESS.contains(key) || key.startsWith("random(") || key.startsWith("date:now:")) {
            return Reads.NOTHING;
        }
        if (key.startsWith("body.")
                || key.startsWith("body[")
                || key.startsWith("bodyas(")
                || key.startsWith("mandatorybodyas(")) {
            // A path of methods may lead from the body to wherever it knows.
            return Reads.BODY;
        }
        return named(function, "headers?", Reads::header, Reads.HEADERS)
                .or(() -> named(function, "exchangeProperty", Reads::property, Reads.ANYTHING))
                .or(() -> bean(function))
                .orElse(Reads.code(DataClass.RAW));
    }

    /** {@code header.name}, {@code header:name}, {@code header[name]}: any other form may read any of them. */
    private static java.util.Optional<Reads> named(
            String function, String kind, Function<String, Reads> one, Reads any) {
        Matcher matcher =
                Pattern.compile("(?:in\\.)?" + kind + "(?:As\\(|[.:]|\\[)(.*)").matcher(function);
        if (!matcher.matches()) {
            return java.util.Optional.empty();
        }
        String name = matcher.group(1).replaceFirst("]$", "").replaceAll("^'|'$", "");
        return java.util.Optional.of(NAME.matcher(name).matches() ? one.apply(name) : any);
    }

    private java.util.Optional<Reads> bean(String function) {
        Matcher matcher = Pattern.compile("(?:bean|ref):([A-Za-z0-9_-]+).*").matcher(function);
        return matcher.matches()
                ? java.util.Optional.of(Reads.code(beans.apply(matcher.group(1))))
                : java.util.Optional.empty();
    }
}
