package io.qanat.routes.privacy;

import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * What a step of a route makes of a message's state, beside what the endpoints make of it that it sends to. The check of
 * a text and the guard of running messages use the same ones.
 *
 * @param before what is true while the step works
 * @param after what is true behind it, given the states before and behind the step
 * @param told what the step itself tells somebody
 */
record Transfer(UnaryOperator<State> before, BinaryOperator<State> after, Optional<Told> told) {
    static final Transfer NONE = new Transfer(UnaryOperator.identity(), (before, now) -> now, Optional.empty());

    /**
     * @param uri of an endpoint that may be sent as much
     * @param what of the message
     */
    record Told(String uri, Reads what) {}

    static Transfer before(UnaryOperator<State> before) {
        return new Transfer(before, (state, now) -> now, Optional.empty());
    }

    static Transfer after(BinaryOperator<State> after) {
        return new Transfer(UnaryOperator.identity(), after, Optional.empty());
    }

    static Transfer told(String uri, Reads what) {
        return new Transfer(UnaryOperator.identity(), (state, now) -> now, Optional.of(new Told(uri, what)));
    }

    /** This one around the other. */
    Transfer around(Transfer inner) {
        if (this == NONE || inner == NONE) {
            return this == NONE ? inner : this;
        }
        return new Transfer(
                state -> inner.before.apply(before.apply(state)),
                (state, now) -> after.apply(state, inner.after.apply(before.apply(state), now)),
                told.or(inner::told));
    }
}
