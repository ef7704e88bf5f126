package io.qanat.routes.dryrun;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which texts belong together: those that meet in {@code direct:}, {@code seda:} or {@code outbox:}. Threads: any. */
final class Links {
    /** An endpoint's uri up to its options, in XML and in YAML. */
    private static final Pattern INNER = Pattern.compile("\\b(direct|seda|outbox):([\\w.,${}:-]+)");

    private Links() {}

    /**
     * @param first the text in question
     * @param others texts by name
     * @return those of the others that the first one reaches, also through one another
     */
    static Map<String, String> reached(String first, Map<String, String> others) {
        Set<String> names = new HashSet<>(names(first));
        Map<String, String> reached = new LinkedHashMap<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<String, String> other : others.entrySet()) {
                Collection<String> theirs = names(other.getValue());
                if (!reached.containsKey(other.getKey()) && theirs.stream().anyMatch(names::contains)) {
                    reached.put(other.getKey(), other.getValue());
                    names.addAll(theirs);
                    grows = true;
                }
            }
        }
        return reached;
    }

    private static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = INNER.matcher(text);
        while (matcher.find()) {
            for (String name : List.of(matcher.group(2).split(","))) {
                names.add(matcher.group(1) + ":" + name);
            }
        }
        return names;
    }
}
