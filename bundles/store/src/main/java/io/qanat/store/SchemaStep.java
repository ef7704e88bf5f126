package io.qanat.store;

import java.util.List;

/**
 * One step from a schema to the next: SQL statements that run in one transaction. A new file takes all of them.
 *
 * <p>To change the schema, write a constant for the new step and put it at the end of {@link #ALL}: its place in the list
 * is the number of the schema that it makes. A step that was released is never changed or moved, since files in the
 * field were made by it. Draw the result in {@link Schema}, and extend SchemaMigrationTest with what the step must keep.
 *
 * @param purpose what the step is for, as the log tells it
 */
record SchemaStep(String purpose, List<String> statements) {
    private static final SchemaStep FIRST = new SchemaStep(
            "journal, ledgers, states and outbox",
            List.of(
                    """
            CREATE TABLE journal (
                entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
                outcome INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', payload BLOB NOT NULL)""",
                    "CREATE TABLE identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL)",
                    """
            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL,
                content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload BLOB NOT NULL)""",
                    "CREATE INDEX outbox_by_endpoint ON outbox (endpoint)",
                    "CREATE TABLE outbox_identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL)",
                    """
            CREATE TABLE input_ledger (
                name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                PRIMARY KEY (name, term, reason)) WITHOUT ROWID""",
                    """
            CREATE TABLE delivery_ledger (
                name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                PRIMARY KEY (name, term, reason)) WITHOUT ROWID""",
                    """
            CREATE TABLE state (
                stage TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
                PRIMARY KEY (stage, key)) WITHOUT ROWID""",
                    """
            CREATE TABLE failed (
                entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
                reason TEXT NOT NULL, failed_at INTEGER NOT NULL, payload BLOB NOT NULL)"""));

    private static final SchemaStep ENCRYPTION = new SchemaStep(
            "encryption at rest",
            List.of(
                    "CREATE TABLE encryption (key_id BLOB NOT NULL, proof BLOB NOT NULL, plain_before INTEGER NOT NULL)"));

    private static final SchemaStep OUTBOX_CLASSES = new SchemaStep(
            "priorities, times to live and parked entries in the outbox",
            List.of(
                    "ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1",
                    "ALTER TABLE outbox ADD COLUMN state INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE outbox ADD COLUMN expires_at INTEGER",
                    "ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE outbox ADD COLUMN last_error TEXT NOT NULL DEFAULT ''",
                    "DROP INDEX outbox_by_endpoint",
                    "CREATE INDEX outbox_order ON outbox (endpoint, state, priority, sequence)",
                    """
            CREATE INDEX outbox_expiry ON outbox (endpoint, expires_at) WHERE state = 0 AND expires_at IS NOT NULL"""));

    private static final SchemaStep CHUNKS = new SchemaStep(
            "messages in rows of many",
            List.of(
                    "CREATE TABLE journal_chunk (first INTEGER PRIMARY KEY, head BLOB NOT NULL, payload BLOB NOT NULL)",
                    "CREATE TABLE journal_fate (first INTEGER PRIMARY KEY, fates BLOB NOT NULL)"));

    /** From the empty file to the present schema, in order. */
    static final List<SchemaStep> ALL = List.of(FIRST, ENCRYPTION, OUTBOX_CLASSES, CHUNKS);

    SchemaStep {
        statements = List.copyOf(statements);
    }
}
