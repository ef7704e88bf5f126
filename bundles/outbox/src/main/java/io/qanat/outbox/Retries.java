package io.qanat.outbox;

import io.github.resilience4j.core.IntervalFunction;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The messages whose last try failed: when each may be tried again, and when it is set aside.
 *
 * <p>A failed try counts against a message only when the endpoint took another one since the message's try before (for the
 * first failure: since it was sent). An endpoint that takes nothing is away, and nothing is set aside for that, however
 * long it lasts.
 *
 * <p>Threads: the forwarder's.
 */
final class Retries {
    /** So many are remembered; an older one is forgotten, which lets it go again at once. Its row keeps its tries. */
    private static final int MOST = 1_000;

    private final IntervalFunction waits;
    private final int maxTries;
    private final Map<Long, Trouble> troubles = new LinkedHashMap<>();

    Retries(IntervalFunction waits, int maxTries) {
        this.waits = waits;
        this.maxTries = maxTries;
    }

    /**
     * A message that failed.
     *
     * @param failures in a row
     * @param tries those of them that count against it
     * @param taken how many messages the endpoint had taken at the last failure
     * @param sinceNanos time of the first failure
     * @param dueNanos when it may be tried again
     */
    private record Trouble(int failures, int tries, long taken, long sinceNanos, long dueNanos) {}

    /**
     * The entry's try failed.
     *
     * @param taken how many messages the endpoint has taken so far
     * @return the entry as it is to be stored: with this failure, and perhaps set aside
     */
    OutboxEntry failed(OutboxEntry entry, Parcel parcel, Failure failure, long taken) {
        long now = System.nanoTime();
        Trouble before = of(entry.sequence()).orElse(new Trouble(0, entry.tries(), parcel.taken(), now, now));
        boolean counts = parcel.isSingle() && failure.retryAfter().isEmpty() && taken > before.taken;
        int tries = before.tries + (counts ? 1 : 0);
        State state = state(parcel, failure, tries);
        troubles.remove(entry.sequence());
        if (state == State.PENDING) {
            int failures = before.failures + 1;
            long due = now + wait(parcel, failure, failures);
            troubles.put(entry.sequence(), new Trouble(failures, tries, taken, before.sinceNanos, due));
            forgetOldest();
        }
        return new OutboxEntry(entry.sequence(), entry.message(), state, tries, failure.error());
    }

    private State state(Parcel parcel, Failure failure, int tries) {
        if (failure.forGood() && parcel.isSingle()) {
            return State.PARKED_REFUSED;
        }
        return tries >= maxTries ? State.PARKED_TRIES : State.PENDING;
    }

    private long wait(Parcel parcel, Failure failure, int failures) {
        // The endpoint said itself when to come again, or refused a batch of which most may be good.
        boolean atOnce = failure.retryAfter().isPresent() || (failure.forGood() && !parcel.isSingle());
        return atOnce ? 0 : TimeUnit.MILLISECONDS.toNanos(waits.apply(failures));
    }

    private void forgetOldest() {
        if (troubles.size() > MOST) {
            troubles.remove(troubles.keySet().iterator().next());
        }
    }

    private Optional<Trouble> of(long sequence) {
        return Optional.ofNullable(troubles.get(sequence));
    }

    boolean contains(long sequence) {
        return troubles.containsKey(sequence);
    }

    /** Whether the first failure is longer ago than so many nanoseconds. */
    boolean isOlder(long sequence, long nanos) {
        return of(sequence)
                .filter(trouble -> System.nanoTime() - trouble.sinceNanos > nanos)
                .isPresent();
    }

    void remove(Collection<Long> sequences) {
        sequences.forEach(troubles::remove);
    }

    boolean isEmpty() {
        return troubles.isEmpty();
    }

    Set<Long> all() {
        return Set.copyOf(troubles.keySet());
    }

    /** Those that may not be tried yet. */
    Set<Long> waiting(long now) {
        Set<Long> waiting = new HashSet<>();
        troubles.forEach((sequence, trouble) -> {
            if (trouble.dueNanos - now > 0) {
                waiting.add(sequence);
            }
        });
        return waiting;
    }

    /** The endpoint takes messages again: nothing needs to wait any more. */
    void allDue(long now) {
        troubles.replaceAll((sequence, trouble) ->
                new Trouble(trouble.failures, trouble.tries, trouble.taken, trouble.sinceNanos, now));
    }

    /** Nanoseconds until the next one may be tried; {@link Long#MAX_VALUE} when none waits. */
    long untilDue(long now) {
        return troubles.values().stream()
                .mapToLong(trouble -> trouble.dueNanos - now)
                .filter(wait -> wait > 0)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
