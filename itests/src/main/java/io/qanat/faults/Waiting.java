package io.qanat.faults;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waiting for what another process does. */
final class Waiting {
    private static final Duration POLL = Duration.ofMillis(20);

    private Waiting() {}

    /** @throws IllegalStateException when it does not happen in time, with the last failure of the condition */
    static void until(String what, long limitSeconds, Callable<Boolean> condition) throws InterruptedException {
        value(what, limitSeconds, POLL, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /**
     * @param poll how often to look
     * @return the first value that there is
     * @throws IllegalStateException when there is none in time, with the last failure of the look
     */
    static <T> T value(String what, long limitSeconds, Duration poll, Callable<Optional<T>> look)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        Exception last = null;
        while (true) {
            try {
                Optional<T> value = look.call();
                if (value.isPresent()) {
                    return value.get();
                }
                last = null;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // The process may be on its way down or up.
                last = e;
            }
            if (System.nanoTime() > deadline) {
                throw timeout(what, limitSeconds, last);
            }
            TimeUnit.NANOSECONDS.sleep(poll.toNanos());
        }
    }

    private static IllegalStateException timeout(String what, long limitSeconds, @Nullable Exception last) {
        return new IllegalStateException("waited " + limitSeconds + " s for " + what + ", in vain", last);
    }
}
