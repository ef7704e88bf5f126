package io.qanat.routes.privacy;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What messages hold at one point of a route, and one way by which it came there. */
record Flow(State state, Trail trail) {
    Flow map(UnaryOperator<State> change) {
        return new Flow(change.apply(state), trail);
    }

    Flow via(Trail step) {
        return new Flow(state, step);
    }

    /** Either may come; null is a point that no message reaches. */
    static @Nullable Flow or(@Nullable Flow one, @Nullable Flow other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        State joined = one.state.or(other.state);
        boolean others = !joined.equals(one.state) && (joined.equals(other.state) || tellsMore(other.state, one.state));
        return new Flow(joined, others ? other.trail : one.trail);
    }

    private static boolean tellsMore(State one, State other) {
        return one.body().isAbove(other.body());
    }
}
