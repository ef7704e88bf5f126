package io.qanat.store;

import io.qanat.api.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Entries with consecutive numbers, and what has become of each so far. Those of one transaction share a row of the
 * journal; what is here of it does without the payloads.
 *
 * <p>Threads: the writer's.
 */
final class Chunk {
    /** What an entry can be while it is open, from best to worst. */
    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.NORMAL, Outcome.ALARMED, Outcome.REJECTED, Outcome.DROPPED);

    private final long first;
    private final List<Head> heads;
    private final List<Fate> fates;
    private int open;
    private long openBytes;
    private long deadBytes;

    /**
     * What is known of an entry beside its payload.
     *
     * @param receivedAt microseconds since 1970
     * @param bytes length of its payload in the row
     */
    record Head(String source, long receivedAt, int bytes) {}

    /**
     * What has become of an entry.
     *
     * @param code the place among the outcomes, or the one after for an entry that is released
     * @param reason of an entry that is rejected or dropped, else empty
     */
    record Fate(int code, String reason) {
        /** As it came. */
        static final Fate NORMAL = new Fate(0, "");

        /** No longer open. */
        static final Fate RELEASED = new Fate(OUTCOMES.size(), "");

        static Fate of(Outcome outcome, String reason) {
            return outcome == Outcome.NORMAL ? NORMAL : new Fate(OUTCOMES.indexOf(outcome), reason);
        }

        /** As it is stored. */
        static Fate of(int code, String reason) {
            if (code < NORMAL.code || code > RELEASED.code) {
                throw new IllegalArgumentException("fate " + code + ": there is none of that number");
            }
            return code == RELEASED.code ? RELEASED : of(OUTCOMES.get(code), reason);
        }

        boolean isBetterThan(Fate other) {
            return code < other.code;
        }

        boolean isReleased() {
            return code == RELEASED.code;
        }

        boolean hasReason() {
            return !isReleased() && outcome().hasReason();
        }

        Outcome outcome() {
            return OUTCOMES.get(code);
        }
    }

    /** A chunk to which entries are added. */
    Chunk(long first) {
        this.first = first;
        this.heads = new ArrayList<>();
        this.fates = new ArrayList<>();
    }

    /** @param fates one for each head; none when all are as they came */
    Chunk(long first, List<Head> heads, List<Fate> fates) {
        this(first);
        heads.forEach(this::add);
        for (int i = 0; i < fates.size(); i++) {
            set(i, fates.get(i));
        }
    }

    void add(Head head) {
        heads.add(head);
        fates.add(Fate.NORMAL);
        open++;
        openBytes += head.bytes();
    }

    /** Gives the entry at that place another fate, also an earlier one. */
    void set(int index, Fate fate) {
        boolean was = isOpen(index);
        fates.set(index, fate);
        if (was != isOpen(index)) {
            int bytes = heads.get(index).bytes();
            open += was ? -1 : 1;
            openBytes += was ? -bytes : bytes;
            deadBytes += was ? bytes : -bytes;
        }
    }

    /** The payloads of released entries are no longer in the row. */
    void strip() {
        List<Head> stripped = strippedHeads();
        heads.clear();
        heads.addAll(stripped);
        deadBytes = 0;
    }

    /** The heads without the payloads of released entries. */
    List<Head> strippedHeads() {
        List<Head> stripped = new ArrayList<>(heads);
        for (int i = 0; i < stripped.size(); i++) {
            if (!isOpen(i)) {
                Head head = heads.get(i);
                stripped.set(i, new Head(head.source(), head.receivedAt(), 0));
            }
        }
        return stripped;
    }

    long first() {
        return first;
    }

    /** Whether its entries are in memory alone. */
    boolean isVolatile() {
        return VolatileArrivals.isVolatile(first);
    }

    /** The number that the next entry would have. */
    long end() {
        return first + heads.size();
    }

    List<Head> heads() {
        return heads;
    }

    List<Fate> fates() {
        return fates;
    }

    boolean isOpen(int index) {
        return !fates.get(index).isReleased();
    }

    /** The sources of the entries that are open, each as often as it has some. */
    List<String> openSources() {
        return IntStream.range(0, heads.size())
                .filter(this::isOpen)
                .mapToObj(i -> heads.get(i).source())
                .toList();
    }

    /** Whether no entry is open: the chunk can go. */
    boolean isEmpty() {
        return open == 0;
    }

    /** Whether all entries are as they came. */
    boolean isUntouched() {
        return fates.stream().allMatch(Fate.NORMAL::equals);
    }

    /** Of payload of open entries. */
    long openBytes() {
        return openBytes;
    }

    /** Of payload of released entries, which go with the chunk. */
    long deadBytes() {
        return deadBytes;
    }
}
