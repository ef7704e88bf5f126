package io.qanat.outbox;

import io.qanat.api.OutboxEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One try to send one or more entries together.
 *
 * <p>Threads: the forwarder's.
 */
final class Parcel {
    private final List<OutboxEntry> entries;
    private final boolean single;
    private final long sentNanos;
    private final long taken;

    /** @param taken how many messages the endpoint had taken when this was sent */
    Parcel(List<OutboxEntry> entries, long sentNanos, long taken) {
        this.entries = new ArrayList<>(entries);
        this.single = entries.size() == 1;
        this.sentNanos = sentNanos;
        this.taken = taken;
    }

    /** The entries that are not done by another try. */
    List<OutboxEntry> entries() {
        return List.copyOf(entries);
    }

    List<Long> sequences() {
        return entries.stream().map(OutboxEntry::sequence).toList();
    }

    int size() {
        return entries.size();
    }

    /** Whether it was sent with one entry. */
    boolean isSingle() {
        return single;
    }

    long sentNanos() {
        return sentNanos;
    }

    long taken() {
        return taken;
    }

    /**
     * Another try of these was acknowledged: what becomes of this one no longer matters to them.
     *
     * @return how many of them are in this one
     */
    int forget(Collection<Long> sequences) {
        int before = entries.size();
        entries.removeIf(entry -> sequences.contains(entry.sequence()));
        return before - entries.size();
    }
}
