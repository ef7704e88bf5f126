package io.qanat.routes;

import java.util.Map;
import java.util.Set;

/**
 * The routes of other texts that run beside the one that is checked.
 *
 * @param texts name of the text by route id
 * @param sources where they receive from, without options, such as {@code direct:in}
 */
record OtherRoutes(Map<String, String> texts, Set<String> sources) {
    static final OtherRoutes NONE = new OtherRoutes(Map.of(), Set.of());

    OtherRoutes {
        texts = Map.copyOf(texts);
        sources = Set.copyOf(sources);
    }
}
