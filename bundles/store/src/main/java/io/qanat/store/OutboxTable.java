package io.qanat.store;

import io.qanat.api.Identity;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import io.qanat.api.OutboxQueue.Subscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait for their endpoint or are set aside, and who wants to hear of new ones. What becomes of a message
 * is counted in the transaction that does it.
 *
 * <p>Threads: the writer's; {@link #onEnqueued}, {@link #limit}, {@link #isExpiryDue} and {@link #bytes} any.
 */
final class OutboxTable implements InStep {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxTable.class);

    /** How many expired messages one transaction frees, so that others need not wait long. */
    private static final int EXPIRED_AT_ONCE = 1_000;

    /** An expiry that may have been missed: look at once. */
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Clock clock;
    private final Seal seal;
    private final LedgerTable ledger;
    private final IdentityTable identities;
    private final OutboxRoom room;
    private final Map<String, CopyOnWriteArrayList<Runnable>> listeners = new ConcurrentHashMap<>();
    private final Map<String, Long> limits = new ConcurrentHashMap<>();
    /** By endpoint, microseconds: nothing expires before. */
    private final Map<String, Long> firstExpiry = new ConcurrentHashMap<>();

    private final Set<String> enqueued = new LinkedHashSet<>();
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement refuse;
    private final PreparedStatement parked;
    private final PreparedStatement retry;
    private final PreparedStatement expired;
    private final PreparedStatement nextExpiry;
    private final PreparedStatement firstParked;
    private final PreparedStatement firstPending;

    OutboxTable(Connection connection, Clock clock, Seal seal, LedgerTable ledger, IdentityTable identities)
            throws SQLException {
        this.clock = clock;
        this.seal = seal;
        this.ledger = ledger;
        this.identities = identities;
        this.room = new OutboxRoom(connection);
        insert = connection.prepareStatement(
                "INSERT INTO outbox (sequence, endpoint, id, subject, content_type, payload,"
                        + " created_at, priority, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "
                        + OutboxRoom.SIZE);
        delete = connection.prepareStatement(
                "DELETE FROM outbox WHERE sequence = ? RETURNING endpoint, state, " + OutboxRoom.SIZE);
        refuse = connection.prepareStatement("UPDATE outbox SET state = ?, tries = ?, last_error = ?"
                + " WHERE sequence = ? AND state = 0 RETURNING endpoint");
        parked = connection.prepareStatement("SELECT endpoint, state FROM outbox WHERE sequence = ? AND state > 0");
        retry = connection.prepareStatement("UPDATE outbox SET state = 0, tries = 0 WHERE sequence = ?");
        expired = connection.prepareStatement("SELECT sequence FROM outbox WHERE endpoint = ? AND state = 0"
                + " AND expires_at <= ? ORDER BY expires_at LIMIT " + EXPIRED_AT_ONCE);
        nextExpiry = connection.prepareStatement("SELECT coalesce(min(expires_at), " + Long.MAX_VALUE
                + ") FROM outbox WHERE endpoint = ? AND state = 0 AND expires_at IS NOT NULL");
        firstParked = connection.prepareStatement("SELECT sequence FROM outbox WHERE endpoint = ? AND state > 0"
                + " ORDER BY state, priority, sequence LIMIT 1");
        firstPending = connection.prepareStatement("SELECT sequence FROM outbox WHERE endpoint = ? AND state = 0"
                + " ORDER BY priority, sequence LIMIT 1");
    }

    /** How many messages wait for each endpoint. */
    static Map<String, Long> pending(Connection connection) throws SQLException {
        Map<String, Long> pending = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT endpoint, count(*) FROM outbox WHERE state = 0 GROUP BY endpoint")) {
            while (rows.next()) {
                pending.put(rows.getString(1), rows.getLong(2));
            }
        }
        return pending;
    }

    /** Stores the message; does nothing when the endpoint was given one of that id lately. */
    void enqueue(OutboxMessage message) throws SQLException {
        OptionalLong sequence = identities.admit(Identity.of(message.endpoint(), message.id()));
        if (sequence.isEmpty()) {
            return;
        }
        String endpoint = message.endpoint();
        long size = insert(sequence.getAsLong(), message);
        room.add(endpoint, size);
        ledger.add(endpoint, Term.ENQUEUED, 1);
        ledger.add(endpoint, Term.PENDING, 1);
        enqueued.add(endpoint);
        message.expiresAt()
                .ifPresent(
                        at -> firstExpiry.computeIfPresent(endpoint, (any, first) -> Math.min(first, Micros.of(at))));
        if (isExpiryDue(endpoint)) {
            expire(endpoint);
        }
        makeRoom(endpoint, sequence.getAsLong(), size);
    }

    private long insert(long sequence, OutboxMessage message) throws SQLException {
        insert.setLong(1, sequence);
        insert.setString(2, message.endpoint());
        insert.setString(3, message.id());
        insert.setString(4, message.subject());
        insert.setString(5, message.contentType());
        insert.setBytes(6, seal.seal(Seal.row("outbox", sequence), message.payload()));
        insert.setLong(7, Micros.of(message.createdAt()));
        insert.setInt(8, message.priority().ordinal());
        insert.setNull(9, Types.INTEGER);
        if (message.expiresAt().isPresent()) {
            insert.setLong(9, Micros.of(message.expiresAt().get()));
        }
        try (ResultSet stored = insert.executeQuery()) {
            return stored.getLong(1);
        }
    }

    private void makeRoom(String endpoint, long added, long size) throws SQLException {
        long limit = limits.getOrDefault(endpoint, OutboxQueue.DEFAULT_MAX_BYTES);
        if (size > limit) {
            // No number of others that go would make room for it.
            remove(added, Term.DROPPED, "too-large");
        }
        while (room.used(endpoint) > limit) {
            OptionalLong parked = first(firstParked, endpoint);
            OptionalLong victim = parked.isPresent() ? parked : first(firstPending, endpoint);
            if (victim.isEmpty()) {
                return;
            }
            remove(victim.getAsLong(), Term.DROPPED, "full");
        }
    }

    private static OptionalLong first(PreparedStatement query, String endpoint) throws SQLException {
        query.setString(1, endpoint);
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Frees a message that its endpoint has acknowledged, also when it has been set aside in the meantime. */
    void delivered(long sequence) throws SQLException {
        remove(sequence, Term.DELIVERED, "");
    }

    /** @return how many of them were parked and wait again, as if they were new */
    long retry(List<Long> sequences) throws SQLException {
        long retried = 0;
        for (long sequence : sequences) {
            parked.setLong(1, sequence);
            try (ResultSet row = parked.executeQuery()) {
                if (row.next()) {
                    count(row.getString(1), State.values()[row.getInt(2)], -1);
                    count(row.getString(1), State.PENDING, 1);
                    enqueued.add(row.getString(1));
                    // It may have a time to live that was not looked at while it was parked.
                    firstExpiry.remove(row.getString(1));
                    retry.setLong(1, sequence);
                    retried += retry.executeUpdate();
                }
            }
        }
        return retried;
    }

    /** @return how many of them were there */
    long purge(List<Long> sequences) throws SQLException {
        long purged = 0;
        for (long sequence : sequences) {
            purged += remove(sequence, Term.DROPPED, "purged") ? 1 : 0;
        }
        return purged;
    }

    private boolean remove(long sequence, Term why, String reason) throws SQLException {
        delete.setLong(1, sequence);
        try (ResultSet row = delete.executeQuery()) {
            boolean there = row.next();
            if (there) {
                String endpoint = row.getString(1);
                count(endpoint, State.values()[row.getInt(2)], -1);
                room.add(endpoint, -row.getLong(3));
                ledger.add(endpoint, why, reason, 1);
            }
            return there;
        }
    }

    private void count(String endpoint, State state, long entries) {
        switch (state) {
            case PENDING -> ledger.add(endpoint, Term.PENDING, entries);
            case PARKED_TRIES -> ledger.add(endpoint, Term.PARKED, "tries", entries);
            case PARKED_REFUSED -> ledger.add(endpoint, Term.PARKED, "refused", entries);
        }
    }

    /** Keeps what a refusal changed. */
    void refused(OutboxEntry entry) throws SQLException {
        refuse.setInt(1, entry.state().ordinal());
        refuse.setInt(2, entry.tries());
        refuse.setString(3, entry.lastError());
        refuse.setLong(4, entry.sequence());
        try (ResultSet row = refuse.executeQuery()) {
            if (row.next()) {
                count(row.getString(1), State.PENDING, -1);
                count(row.getString(1), entry.state(), 1);
            }
        }
    }

    /** Whether messages of the endpoint may have expired. */
    boolean isExpiryDue(String endpoint) {
        return firstExpiry.getOrDefault(endpoint, UNKNOWN) <= Micros.of(clock.instant());
    }

    /** Frees messages that have expired; when there are many, the oldest, and the rest is still due. */
    void expire(String endpoint) throws SQLException {
        expired.setString(1, endpoint);
        expired.setLong(2, Micros.of(clock.instant()));
        Set<Long> sequences = new LinkedHashSet<>();
        try (ResultSet rows = expired.executeQuery()) {
            while (rows.next()) {
                sequences.add(rows.getLong(1));
            }
        }
        for (long sequence : sequences) {
            remove(sequence, Term.EXPIRED, "ttl");
        }
        firstExpiry.put(endpoint, nextExpiry(endpoint));
    }

    private long nextExpiry(String endpoint) throws SQLException {
        nextExpiry.setString(1, endpoint);
        try (ResultSet row = nextExpiry.executeQuery()) {
            return row.getLong(1);
        }
    }

    /** Of payload as stored, and about what the rest of each row takes; as of the last commit. */
    long bytes() {
        return room.total();
    }

    void limit(String endpoint, long bytes) {
        limits.put(endpoint, bytes);
    }

    Subscription onEnqueued(String endpoint, Runnable listener) {
        CopyOnWriteArrayList<Runnable> own = listeners.computeIfAbsent(endpoint, any -> new CopyOnWriteArrayList<>());
        own.add(listener);
        return () -> own.remove(listener);
    }

    @Override
    public void committed() {
        room.committed();
        for (String endpoint : enqueued) {
            listeners
                    .getOrDefault(endpoint, new CopyOnWriteArrayList<>())
                    .forEach(listener -> call(endpoint, listener));
        }
        enqueued.clear();
    }

    private void call(String endpoint, Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.warn("A listener for messages to {} failed; the messages are stored", endpoint, e);
        }
    }

    @Override
    public void rolledBack() {
        room.rolledBack();
        enqueued.clear();
        firstExpiry.clear();
    }
}
