package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the rules together say of one endpoint; the parts are those of {@link EndpointRule}. */
record EndpointClass(
        DataClass from,
        Names headers,
        DataClass accepts,
        Yield yields,
        Set<String> sends,
        Map<String, DataClass> sets,
        List<String> redirects,
        boolean passes,
        boolean leaves) {
    /** Stands among what an endpoint sends that shows exchange properties, too. */
    private static final String PROPERTIES = "{properties}";

    EndpointClass {
        sends = Set.copyOf(sends);
        sets = Map.copyOf(sets);
        redirects = List.copyOf(redirects);
    }

    boolean sendsAllHeaders() {
        return sends.contains("*");
    }

    /** What the endpoint would be told of a message. */
    DataClass told(State state) {
        DataClass told = state.body().or(state.address());
        if (sends.contains(PROPERTIES)) {
            told = told.or(state.properties().highest());
        }
        if (sendsAllHeaders()) {
            return told.or(state.headers().highest());
        }
        for (String header : sends) {
            told = told.or(state.headers().of(header));
        }
        return told;
    }

    /** What a message begins with that comes from there. */
    State beginning() {
        return State.beginning(from, headers);
    }

    /** What a message holds when the endpoint is done with it. */
    State after(State before) {
        State after = before.withBody(yields.after(before.body()));
        Names headers = after.headers();
        // What answers may answer with headers, too.
        if (yields.value().isPresent() && sendsAllHeaders()) {
            headers = headers.raised(after.body());
        }
        for (Map.Entry<String, DataClass> header : sets.entrySet()) {
            headers = headers.with(header.getKey(), header.getValue());
        }
        return headers.equals(after.headers()) ? after : after.withHeaders(headers);
    }
}
