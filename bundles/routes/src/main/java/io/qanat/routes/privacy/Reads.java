package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.HashSet;
import java.util.Set;

/**
 * What an expression takes from a message.
 *
 * @param body whether it reads the body
 * @param headers those that it reads by name
 * @param allHeaders whether it may read any of them
 * @param properties exchange properties that it reads by name
 * @param floor what it holds whatever the message holds: raw when it may read everything
 * @param effect what it may leave in the message: no more than nothing unless it runs code
 */
record Reads(
        boolean body,
        Set<String> headers,
        boolean allHeaders,
        Set<String> properties,
        DataClass floor,
        DataClass effect) {
    static final Reads NOTHING = new Reads(false, Set.of(), false, Set.of(), DataClass.NONE, DataClass.NONE);
    static final Reads BODY = new Reads(true, Set.of(), false, Set.of(), DataClass.NONE, DataClass.NONE);
    static final Reads HEADERS = new Reads(false, Set.of(), true, Set.of(), DataClass.NONE, DataClass.NONE);
    static final Reads BODY_AND_HEADERS = BODY.and(HEADERS);

    /** It may read everything, and changes nothing. */
    static final Reads ANYTHING = new Reads(true, Set.of(), true, Set.of(), DataClass.RAW, DataClass.NONE);

    Reads {
        headers = Set.copyOf(headers);
        properties = Set.copyOf(properties);
    }

    static Reads header(String name) {
        return new Reads(false, Set.of(name), false, Set.of(), DataClass.NONE, DataClass.NONE);
    }

    static Reads property(String name) {
        return CamelProperties.classOf(name)
                .map(known -> new Reads(false, Set.of(), false, Set.of(), known, DataClass.NONE))
                .orElseGet(() -> new Reads(false, Set.of(), false, Set.of(name), DataClass.NONE, DataClass.NONE));
    }

    /** It runs code that gives this, and leaves no more than this in the message. */
    static Reads code(DataClass yields) {
        return new Reads(false, Set.of(), false, Set.of(), yields, yields);
    }

    Reads and(Reads other) {
        return new Reads(
                body || other.body,
                union(headers, other.headers),
                allHeaders || other.allHeaders,
                union(properties, other.properties),
                floor.or(other.floor),
                effect.or(other.effect));
    }

    /** Of what it gives. */
    DataClass of(State state) {
        DataClass read = body ? floor.or(state.body()) : floor;
        if (allHeaders) {
            read = read.or(state.headers().highest());
        }
        for (String header : headers) {
            read = read.or(state.headers().of(header));
        }
        for (String property : properties) {
            read = read.or(state.properties().of(property));
        }
        return read;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new HashSet<>(one);
        union.addAll(other);
        return union;
    }
}
