package io.qanat.outbox;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Whether an endpoint may be sent to, and how much.
 *
 * <pre>
 *          5 of the last 10 tries failed, each of another message
 *  closed --------------------------------------------------------> open
 *    ^                                                              |  ^
 *    | one try succeeded            backoff, doubled each time      v  | it failed
 *    +---------------------------------------------------------- half-open
 * </pre>
 *
 * Beside it, an endpoint that answered with Retry-After is left alone for so long, and then tried with one message first.
 *
 * <p>Threads: the forwarder's; {@link #state} any.
 */
final class EndpointHealth {
    private static final int TRIES = 10;
    private static final int ENOUGH = 5;

    private final CircuitBreaker breaker;
    private final long awayAfterNanos;
    private long openUntil = System.nanoTime();
    private long heldUntil = System.nanoTime();
    private boolean held;
    private boolean away;

    /** @param awayAfter an endpoint that asks to be left alone for longer is away */
    EndpointHealth(String endpoint, IntervalFunction waits, Duration awayAfter) {
        // The breaker's first event reads the time zones from a file. In a bad moment that would fail for good.
        Objects.requireNonNull(ZoneId.systemDefault().getRules());
        this.awayAfterNanos = awayAfter.toNanos();
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(TRIES)
                .minimumNumberOfCalls(ENOUGH)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(attempt -> opened(waits.apply(attempt)))
                .clock(new MonotonicClock())
                .build();
        this.breaker = new CircuitBreakerStateMachine(endpoint, config);
    }

    private long opened(long millis) {
        openUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return millis;
    }

    /** Asks for one try; whoever gets it tells how it ended. */
    boolean mayTry() {
        return untilTry() <= 0 && breaker.tryAcquirePermission();
    }

    /** Nanoseconds until the next try makes sense. */
    long untilTry() {
        long now = System.nanoTime();
        long open = breaker.getState() == State.OPEN ? openUntil - now : 0;
        return Math.max(open, held ? heldUntil - now : 0);
    }

    /** Whether one message is to find out first if the endpoint takes any. */
    boolean isDoubtful() {
        return held || breaker.getState() != State.CLOSED;
    }

    /** Whether the endpoint is away: what is stored now is history when it comes back. */
    boolean isAway() {
        return away || breaker.getState() != State.CLOSED;
    }

    void succeeded() {
        held = false;
        away = false;
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed(String error) {
        breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(error));
    }

    /** The try says nothing of the endpoint, such as one more failure of a message that failed before. */
    void saidNothing() {
        breaker.releasePermission();
    }

    /** The endpoint asked to be left alone. */
    void hold(Duration delay) {
        long until = System.nanoTime() + delay.toNanos();
        heldUntil = held ? Math.max(heldUntil, until) : until;
        held = true;
        away |= delay.toNanos() > awayAfterNanos;
        breaker.releasePermission();
    }

    /** {@code closed}, {@code open} or {@code half-open}. */
    String state() {
        return breaker.getState().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A clock that never jumps: a gateway's may be set by years once it finds the time. */
    private static final class MonotonicClock extends Clock {
        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(System.nanoTime());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
