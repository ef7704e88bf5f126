package io.qanat.store;

import io.qanat.api.Identity;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue.Subscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait for their endpoint, and who wants to hear of new ones.
 *
 * <p>Threads: the writer's; {@link #onEnqueued} any.
 */
final class OutboxTable implements InStep {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxTable.class);

    private final Seal seal;
    private final LedgerTable ledger;
    private final IdentityTable identities;
    private final Map<String, CopyOnWriteArrayList<Runnable>> listeners = new ConcurrentHashMap<>();
    private final Set<String> enqueued = new LinkedHashSet<>();
    private final PreparedStatement insert;
    private final PreparedStatement delete;

    OutboxTable(Connection connection, Seal seal, LedgerTable ledger, IdentityTable identities) throws SQLException {
        this.seal = seal;
        this.ledger = ledger;
        this.identities = identities;
        insert = connection.prepareStatement("INSERT INTO outbox"
                + " (sequence, endpoint, id, subject, content_type, payload, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        delete = connection.prepareStatement("DELETE FROM outbox WHERE sequence = ? RETURNING endpoint");
    }

    /** Stores the message; does nothing when the endpoint was given one of that id lately. */
    void enqueue(OutboxMessage message) throws SQLException {
        OptionalLong sequence = identities.admit(Identity.of(message.endpoint(), message.id()));
        if (sequence.isEmpty()) {
            return;
        }
        insert.setLong(1, sequence.getAsLong());
        insert.setString(2, message.endpoint());
        insert.setString(3, message.id());
        insert.setString(4, message.subject());
        insert.setString(5, message.contentType());
        insert.setBytes(6, seal.seal(Seal.row("outbox", sequence.getAsLong()), message.payload()));
        insert.setLong(7, Micros.of(message.createdAt()));
        insert.executeUpdate();
        ledger.add(message.endpoint(), Term.ENQUEUED, 1);
        ledger.add(message.endpoint(), Term.PENDING, 1);
        enqueued.add(message.endpoint());
    }

    /** Frees a message that its endpoint has acknowledged. */
    void delivered(long sequence) throws SQLException {
        delete.setLong(1, sequence);
        try (ResultSet row = delete.executeQuery()) {
            if (row.next()) {
                ledger.add(row.getString(1), Term.DELIVERED, 1);
                ledger.add(row.getString(1), Term.PENDING, -1);
            }
        }
    }

    Subscription onEnqueued(String endpoint, Runnable listener) {
        CopyOnWriteArrayList<Runnable> own = listeners.computeIfAbsent(endpoint, any -> new CopyOnWriteArrayList<>());
        own.add(listener);
        return () -> own.remove(listener);
    }

    @Override
    public void committed() {
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
        enqueued.clear();
    }
}
