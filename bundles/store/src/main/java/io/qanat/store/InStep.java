package io.qanat.store;

import java.sql.SQLException;

/**
 * Something in memory that must say what the file says: it changes with a transaction, and changes back when that fails.
 *
 * <p>Threads: the writer's.
 */
interface InStep {
    /** Last words in the transaction. */
    default void beforeCommit() throws SQLException {}

    /** The transaction is durable. */
    void committed();

    /** Nothing of the transaction is stored. */
    void rolledBack();
}
