package io.qanat.outbox;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/**
 * How messages are forwarded to one endpoint.
 *
 * @param endpoint its name
 * @param inFlight how many messages may be under way at once
 * @param backoff about how long to wait after the first failed try; doubled with each further one
 * @param maxBackoff the longest wait
 */
public record ForwarderConfig(String endpoint, int inFlight, Duration backoff, Duration maxBackoff) {
    private static final double DOUBLING = 2.0;

    /** Waits differ by up to this share, so that gateways do not all come back at once after an outage. */
    private static final double SPREAD = 0.5;

    public ForwarderConfig {
        if (endpoint.isBlank()) {
            throw new IllegalArgumentException("endpoint is blank: name the endpoint to forward to");
        }
        if (inFlight < 1 || inFlight > 1000) {
            throw new IllegalArgumentException("inFlight is " + inFlight + ": it must be 1 to 1000");
        }
        if (backoff.toMillis() < 1) {
            throw new IllegalArgumentException("backoff is " + backoff.toMillis() + " ms: it must be 1 ms or more");
        }
        if (maxBackoff.compareTo(backoff) <= 0) {
            throw new IllegalArgumentException("maxBackoff is " + maxBackoff.toMillis() + " ms: it must be more than"
                    + " backoff, which is " + backoff.toMillis() + " ms");
        }
    }

    IntervalFunction waits() {
        return IntervalFunction.ofExponentialRandomBackoff(backoff, DOUBLING, SPREAD, maxBackoff);
    }
}
