package io.qanat.benchmarks;

import io.qanat.api.OutboxMessage;
import io.qanat.store.SqliteStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Stores groups of alarms as fast as the store takes them, each with the outcome of a journalled reading, so that both ledgers
 * move. A few groups are under way at once, as with several routes.
 *
 * <p>Threads: one.
 */
final class Enqueuer {
    private static final int UNDER_WAY = 8;

    private final SqliteStore store;
    private final Queue<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    private long readings;

    Enqueuer(SqliteStore store) {
        this.store = store;
    }

    void store(List<OutboxMessage> alarms) {
        underWay.add(store.append(Rows.reading(readings++))
                .thenCompose(admission -> store.settle(Rows.settlement(List.of(admission.entry()), alarms))));
        if (underWay.size() >= UNDER_WAY) {
            underWay.remove().join();
        }
    }

    /** Waits until all is durable. */
    void finish() {
        underWay.forEach(CompletableFuture::join);
        underWay.clear();
    }

    /** How many readings were journalled and settled. */
    long readings() {
        return readings;
    }
}
