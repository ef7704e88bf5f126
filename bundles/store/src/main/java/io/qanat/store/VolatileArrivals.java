package io.qanat.store;

import io.qanat.api.Admission;
import io.qanat.api.Identity;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Answers for arrivals of volatile sources, which nothing on disk waits for: their identities are known until the process
 * ends, and their numbers are their own in one run.
 *
 * <p>Threads: any.
 */
final class VolatileArrivals {
    /** The numbers of volatile entries begin here, which no durable one reaches. */
    private static final long FIRST = 1L << 62;

    private final int horizon;
    private final Set<Identity> known = new LinkedHashSet<>();
    private long next = FIRST;

    /** @param horizon how many identities are known at least */
    VolatileArrivals(int horizon) {
        this.horizon = horizon;
    }

    static boolean isVolatile(long entry) {
        return entry >= FIRST;
    }

    synchronized Admission admit(Identity identity) {
        if (!known.add(identity)) {
            return new Admission(0, true);
        }
        if (known.size() > horizon) {
            Iterator<Identity> oldest = known.iterator();
            oldest.next();
            oldest.remove();
        }
        return new Admission(next++, false);
    }

    /** It was not admitted after all: when it comes again it is new. */
    synchronized void forget(Identity identity) {
        known.remove(identity);
    }
}
