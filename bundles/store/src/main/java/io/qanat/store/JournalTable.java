package io.qanat.store;

import io.qanat.api.Arrival;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.store.Chunk.Fate;
import io.qanat.store.Chunk.Head;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The messages that are not finished. What is known of them beside their payloads is in memory, so that an outcome needs
 * no query; the file has rows that the messages of one transaction share, and one for each of them that says what has
 * become of its entries. A row goes when none of its entries is open.
 *
 * <p>Threads: the writer's; {@link #bytes} any.
 */
final class JournalTable implements InStep {
    /** Limits of a row. Its entries are freed together, so it is as small as the speed allows. */
    private static final int CHUNK = 32;

    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] NOTHING = {};

    /** Payload of released entries that rows may hold, beside as much as that of open ones. */
    private static final long DEAD_BYTES = 1 << 20;

    /** How many rows one transaction cuts released entries out of, so that others need not wait long. */
    private static final int STRIPPED_AT_ONCE = 64;

    private final ChunkRows rows;
    private final FailedTable copies;
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
    private final List<Fresh> fresh = new ArrayList<>();
    private final List<Fresh> freshVolatile = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Chunk> stripped = new ArrayList<>();
    private long openChange;
    private long deadChange;
    private long dead;
    private volatile long bytes;

    JournalTable(Connection connection, Seal seal, Clock clock) throws SQLException {
        rows = new ChunkRows(connection, seal);
        copies = new FailedTable(connection, seal, clock);
        ChunkRows.load(connection).forEach(chunk -> chunks.put(chunk.first(), chunk));
        bytes = chunks.values().stream().mapToLong(Chunk::openBytes).sum();
        dead = chunks.values().stream().mapToLong(Chunk::deadBytes).sum();
    }

    /** A chunk that this transaction adds, with its payloads. */
    private record Fresh(Chunk chunk, List<byte[]> payloads) {
        boolean takes(long entry, int bytes) {
            return chunk.end() == entry && payloads.size() < CHUNK && chunk.openBytes() + bytes <= CHUNK_BYTES;
        }
    }

    /** An entry's fate before this transaction changed it. */
    private record Change(Chunk chunk, int index, Fate before) {}

    /** How an entry ended. */
    record Released(String source, Outcome outcome, String reason) {}

    /** How many entries of each source are open. */
    Map<String, Long> open() {
        Map<String, Long> open = new HashMap<>();
        for (Chunk chunk : chunks.values()) {
            chunk.openSources().forEach(source -> open.merge(source, 1L, Long::sum));
        }
        return open;
    }

    /** Takes an arrival in; a volatile one without its payload, and in memory alone. */
    void insert(long entry, Arrival arrival) {
        byte[] payload = arrival.durable() ? arrival.payload() : NOTHING;
        Fresh own = filling(arrival.durable() ? fresh : freshVolatile, entry, payload.length);
        own.chunk().add(new Head(arrival.source(), Micros.of(arrival.receivedAt()), payload.length));
        own.payloads().add(payload);
        openChange += payload.length;
    }

    private Fresh filling(List<Fresh> all, long entry, int bytes) {
        Fresh last = all.isEmpty() ? null : all.get(all.size() - 1);
        if (last != null && last.takes(entry, bytes)) {
            return last;
        }
        Fresh next = new Fresh(new Chunk(entry), new ArrayList<>());
        all.add(next);
        chunks.put(entry, next.chunk());
        return next;
    }

    private Optional<Chunk> find(long entry) {
        Map.Entry<Long, Chunk> before = chunks.floorEntry(entry);
        return Optional.ofNullable(before)
                .map(Map.Entry::getValue)
                .filter(chunk -> entry < chunk.end() && chunk.isOpen((int) (entry - chunk.first())));
    }

    boolean isOpen(long entry) {
        return find(entry).isPresent();
    }

    /** The entries of volatile sources that are open. */
    List<Long> openVolatile() {
        return chunks.values().stream()
                .filter(Chunk::isVolatile)
                .flatMap(chunk -> LongStream.range(chunk.first(), chunk.end()).boxed())
                .filter(this::isOpen)
                .toList();
    }

    /** Gives the entry that outcome when it is open and its own is better. */
    void worsen(long entry, Outcome outcome, String reason) {
        find(entry).ifPresent(chunk -> {
            int index = (int) (entry - chunk.first());
            Fate fate = Fate.of(outcome, reason);
            if (chunk.fates().get(index).isBetterThan(fate)) {
                change(chunk, index, fate);
            }
        });
    }

    /** Frees the entry and says how it ended; empty when it was not open. Keeps a copy when its route failed. */
    Optional<Released> release(long entry) throws SQLException {
        Optional<Chunk> found = find(entry);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Chunk chunk = found.get();
        int index = (int) (entry - chunk.first());
        Fate fate = chunk.fates().get(index);
        Head head = chunk.heads().get(index);
        boolean failed = fate.outcome() == Outcome.REJECTED && fate.reason().equals(Journey.ROUTE_FAILURE);
        if (failed && !chunk.isVolatile()) {
            copies.keep(entry, head, fate.reason(), payloads(chunk).get(index));
        }
        change(chunk, index, Fate.RELEASED);
        return Optional.of(new Released(head.source(), fate.outcome(), fate.reason()));
    }

    private List<byte[]> payloads(Chunk chunk) throws SQLException {
        for (Fresh own : fresh) {
            if (own.chunk() == chunk) {
                return own.payloads();
            }
        }
        return rows.payloads(chunk);
    }

    private void change(Chunk chunk, int index, Fate fate) {
        changes.add(new Change(chunk, index, chunk.fates().get(index)));
        openChange -= chunk.openBytes();
        deadChange -= chunk.deadBytes();
        chunk.set(index, fate);
        openChange += chunk.openBytes();
        deadChange += chunk.deadBytes();
    }

    @Override
    public void beforeCommit() throws SQLException {
        Set<Chunk> touched = new LinkedHashSet<>();
        changes.stream().map(Change::chunk).filter(chunk -> !chunk.isVolatile()).forEach(touched::add);
        for (Fresh own : fresh) {
            insert(own);
            touched.remove(own.chunk());
        }
        for (Chunk chunk : touched) {
            if (chunk.isEmpty()) {
                rows.delete(chunk);
            } else {
                rows.writeFates(chunk);
            }
        }
        if (dead + deadChange > DEAD_BYTES + bytes + openChange) {
            strip();
        }
    }

    private void insert(Fresh own) throws SQLException {
        Chunk chunk = own.chunk();
        if (!chunk.isEmpty()) {
            rows.insert(chunk, own.payloads());
            deadChange -= chunk.deadBytes();
            chunk.strip();
        }
    }

    /** Cuts released entries out of rows that are kept for a few others, the oldest rows first. */
    private void strip() throws SQLException {
        for (Chunk chunk : chunks.values()) {
            if (!chunk.isEmpty() && chunk.deadBytes() > chunk.openBytes()) {
                rows.strip(chunk);
                stripped.add(chunk);
            }
            if (stripped.size() == STRIPPED_AT_ONCE) {
                return;
            }
        }
    }

    @Override
    public void committed() {
        for (Chunk chunk : stripped) {
            deadChange -= chunk.deadBytes();
            chunk.strip();
        }
        for (Change change : changes) {
            if (change.chunk().isEmpty() && chunks.remove(change.chunk().first()) != null) {
                deadChange -= change.chunk().deadBytes();
            }
        }
        dead += deadChange;
        // Only this thread writes it.
        long sum = bytes + openChange;
        bytes = sum;
        clear();
    }

    @Override
    public void rolledBack() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            Change change = changes.get(i);
            change.chunk().set(change.index(), change.before());
        }
        fresh.forEach(own -> chunks.remove(own.chunk().first()));
        freshVolatile.forEach(own -> chunks.remove(own.chunk().first()));
        clear();
    }

    private void clear() {
        fresh.clear();
        freshVolatile.clear();
        changes.clear();
        stripped.clear();
        openChange = 0;
        deadChange = 0;
    }

    /** Of payload of open entries, as of the last commit. */
    long bytes() {
        return bytes;
    }
}
