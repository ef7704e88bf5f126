package io.qanat.faults;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waiting for what another process does. */
final class Waiting {
    private static final long POLL_MILLIS = 20;

    private Waiting() {}

    /** @throws IllegalStateException when it does not happen in time, with the last failure of the condition */
    static void until(String what, long limitSeconds, Callable<Boolean> condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        Exception last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
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
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static IllegalStateException timeout(String what, long limitSeconds, @Nullable Exception last) {
        return new IllegalStateException("waited " + limitSeconds + " s for " + what + ", in vain", last);
    }
}
