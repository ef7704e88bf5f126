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
 * @param timeout how long the endpoint may take to answer one try
 * @param maxTries after how many refusals a message is parked, see docs/outbox.md for what counts
 * @param batch how many events go in one message; 1 sends each alone, as a single CloudEvent
 * @param batchDelay how long to wait for a batch to fill
 */
public record ForwarderConfig(
        String endpoint,
        int inFlight,
        Duration backoff,
        Duration maxBackoff,
        Duration timeout,
        int maxTries,
        int batch,
        Duration batchDelay) {
    private static final double DOUBLING = 2.0;

    /** Waits differ by up to this share, so that gateways do not all come back at once after an outage. */
    private static final double SPREAD = 0.5;

    public ForwarderConfig {
        require(!endpoint.isBlank(), "endpoint is blank: name the endpoint to forward to");
        require(inFlight >= 1 && inFlight <= 1000, "inFlight is " + inFlight + ": it must be 1 to 1000");
        require(backoff.toMillis() >= 1, "backoff is " + backoff.toMillis() + " ms: it must be 1 ms or more");
        require(
                maxBackoff.compareTo(backoff) > 0,
                "maxBackoff is " + maxBackoff.toMillis() + " ms: it must be more than" + " backoff, which is "
                        + backoff.toMillis() + " ms");
        require(timeout.toMillis() >= 1, "timeout is " + timeout.toMillis() + " ms: it must be 1 ms or more");
        require(maxTries >= 1, "maxTries is " + maxTries + ": it must be at least 1");
        require(batch >= 1 && batch <= inFlight, "batch is " + batch + ": it must be 1 to inFlight, " + inFlight);
        require(!batchDelay.isNegative(), "batchDelay is " + batchDelay.toMillis() + " ms: it must not be negative");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    IntervalFunction waits() {
        return IntervalFunction.ofExponentialRandomBackoff(backoff, DOUBLING, SPREAD, maxBackoff);
    }
}
