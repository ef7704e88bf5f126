package io.qanat.routes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * What went through one route since its text was loaded, and whether the flow has stopped.
 *
 * <p>Threads: any.
 */
final class RouteFigures extends RoutePolicySupport {
    /** A route has stalled when it had no message for so many times its usual gap. */
    static final int STALLED_GAPS = 20;

    /** Shorter pauses are nothing to speak of. */
    static final Duration SHORTEST_STALL = Duration.ofSeconds(30);

    /** So many messages make a usual gap. */
    private static final int USUAL_AFTER = 10;

    private static final double WEIGHT = 0.1;

    private final Clock clock;
    private final Instant since;
    private final LongAdder begun = new LongAdder();
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long lastMillis;
    private volatile double usualGapMillis;
    private volatile String lastFailure = "";

    RouteFigures(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        long now = clock.millis();
        long before = lastMillis;
        lastMillis = now;
        begun.increment();
        if (before > 0) {
            // Two threads at once may lose one gap of many; the usual one stays right.
            usualGapMillis += WEIGHT * (Math.max(0, now - before) - usualGapMillis);
        }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            done.increment();
        } else {
            failed.increment();
            // Without its message, in which a payload may stand.
            lastFailure = failure.getClass().getSimpleName();
        }
    }

    Instant since() {
        return since;
    }

    long done() {
        return done.sum();
    }

    long failed() {
        return failed.sum();
    }

    String lastFailure() {
        return lastFailure;
    }

    Optional<Instant> lastMessage() {
        return lastMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastMillis));
    }

    /** What is unusual, empty while the flow is as it was. */
    String stalled() {
        double gap = usualGapMillis;
        long quiet = clock.millis() - lastMillis;
        boolean asUsual = quiet <= Math.max(SHORTEST_STALL.toMillis(), STALLED_GAPS * gap);
        if (begun.sum() <= USUAL_AFTER || asUsual) {
            return "";
        }
        return "no message for " + Duration.ofSeconds(quiet / 1000) + ", usually one each "
                + Duration.ofMillis(Math.round(gap));
    }
}
