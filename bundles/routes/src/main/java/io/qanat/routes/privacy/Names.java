package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The data classes of headers or properties. Names are compared without case, as Camel does with headers.
 *
 * @param named those that are known by name, in lower case
 * @param rest of all others
 */
record Names(Map<String, DataClass> named, DataClass rest) {
    Names {
        named = Map.copyOf(named);
    }

    static Names all(DataClass rest) {
        return new Names(Map.of(), rest);
    }

    DataClass of(String name) {
        return named.getOrDefault(key(name), rest);
    }

    /** Of all together. */
    DataClass highest() {
        DataClass highest = rest;
        for (DataClass one : named.values()) {
            highest = highest.or(one);
        }
        return highest;
    }

    Names with(String name, DataClass value) {
        if (of(name) == value) {
            return this;
        }
        Map<String, DataClass> changed = new HashMap<>(named);
        changed.put(key(name), value);
        return new Names(changed, rest);
    }

    /** Each of them holds this, too. */
    Names raised(DataClass floor) {
        if (floor == DataClass.NONE) {
            return this;
        }
        Map<String, DataClass> raised = new HashMap<>(named);
        raised.replaceAll((name, value) -> value.or(floor));
        return new Names(raised, rest.or(floor));
    }

    /** Only these are left. */
    Names only(Set<String> names) {
        Map<String, DataClass> kept = new HashMap<>();
        names.forEach(name -> kept.put(key(name), of(name)));
        return new Names(kept, DataClass.NONE);
    }

    Names or(Names other) {
        if (equals(other)) {
            return this;
        }
        Set<String> names = new HashSet<>(named.keySet());
        names.addAll(other.named.keySet());
        Map<String, DataClass> joined = new HashMap<>();
        names.forEach(name -> joined.put(name, of(name).or(other.of(name))));
        return new Names(joined, rest.or(other.rest));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
