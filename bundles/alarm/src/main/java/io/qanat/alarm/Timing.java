package io.qanat.alarm;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How many windows, and how long, it takes to pass a limit.
 *
 * <pre>
 *        raiseAfter of the last raiseOf windows exceed it, and that holds for onDelay
 *        +--------------------------------------------------------------------------+
 *        |                                                                          v
 *     +-----+                                                                    +----+
 * --> | off |                                                                    | on |
 *     +-----+                                                                    +----+
 *        ^                                                                          |
 *        +--------------------------------------------------------------------------+
 *        clearAfter windows in a row are below its clear level, and that holds for offDelay
 * </pre>
 *
 * <p>Delays run in the source's time: from the end of the window with which the condition began to hold to the end of the
 * window that decides. So a delay of a source that is silent ends with its next window.
 *
 * @param raiseAfter how many windows must exceed a limit, at least 1
 * @param raiseOf of how many, {@code raiseAfter} to 64
 * @param clearAfter how many windows in a row must keep it, at least 1
 * @param onDelay how long the first must hold
 * @param offDelay how long the second must hold
 */
public record Timing(int raiseAfter, int raiseOf, int clearAfter, Duration onDelay, Duration offDelay) {
    public static final Timing DEFAULT = inARow(2, 4);

    public Timing {
        requirePositive(raiseAfter, "raiseAfter");
        requirePositive(clearAfter, "clearAfter");
        if (raiseOf < raiseAfter || raiseOf > Long.SIZE) {
            throw new IllegalArgumentException("raiseOf is " + raiseOf + " with raiseAfter " + raiseAfter
                    + ": it must be raiseAfter to " + Long.SIZE + " windows");
        }
        Require.notNegative(onDelay, "onDelay");
        Require.notNegative(offDelay, "offDelay");
    }

    /** Without delays. */
    public static Timing inARow(int raiseAfter, int clearAfter) {
        return new Timing(raiseAfter, Math.max(1, raiseAfter), clearAfter, Duration.ZERO, Duration.ZERO);
    }

    private static void requirePositive(int windows, String name) {
        if (windows < 1) {
            throw new IllegalArgumentException(name + " is " + windows + ": it must be at least 1 window");
        }
    }

    /** What a window that ends at {@code to} makes of the state: the very same when it changes nothing. */
    LimitState next(LimitState state, double value, double raise, double clear, Instant to) {
        return state.on() ? whileOn(state, value < clear, to) : whileOff(state, value >= raise, to);
    }

    private LimitState whileOff(LimitState state, boolean exceeds, Instant to) {
        long votes = votes(state.count(), exceeds);
        if (Long.bitCount(votes) < raiseAfter) {
            return off(state, votes, Optional.empty());
        }
        Instant since = state.since().orElse(to);
        return holds(since, to, onDelay) ? LimitState.ON : off(state, votes, Optional.of(since));
    }

    private LimitState off(LimitState state, long votes, Optional<Instant> since) {
        return votes == state.count() && since.equals(state.since()) ? state : offAnew(votes, since);
    }

    private static LimitState offAnew(long votes, Optional<Instant> since) {
        return votes == 0 && since.isEmpty() ? LimitState.OFF : new LimitState(false, votes, since);
    }

    private long votes(long votes, boolean exceeds) {
        if (!exceeds && (votes == 0 || raiseOf == raiseAfter)) {
            return 0; // One that does not ends a row.
        }
        long all = raiseOf == Long.SIZE ? -1 : (1L << raiseOf) - 1;
        return (votes << 1 | (exceeds ? 1 : 0)) & all;
    }

    private LimitState whileOn(LimitState state, boolean keeps, Instant to) {
        if (!keeps) {
            return state.count() == 0 ? state : LimitState.ON;
        }
        long row = Math.min(state.count() + 1, clearAfter);
        if (row < clearAfter) {
            return new LimitState(true, row, Optional.empty());
        }
        Instant since = state.since().orElse(to);
        if (holds(since, to, offDelay)) {
            return LimitState.OFF;
        }
        return row == state.count() && state.since().isPresent()
                ? state
                : new LimitState(true, row, Optional.of(since));
    }

    private static boolean holds(Instant since, Instant to, Duration delay) {
        return delay.isZero() || !to.isBefore(since.plus(delay));
    }
}
