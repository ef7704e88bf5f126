package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sequences;
import static io.qanat.store.StoreFixture.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage.Priority;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxMigrationTest {
    @Test
    void opensAFileOfSchema1WithWhatWaitsInIt(@TempDir Path directory) throws Exception {
        SqliteStore.open(directory, Clock.systemUTC()).close();
        // The outbox as schema 1 had it, with one message of the two that were ever stored.
        sql(directory, "DROP TABLE outbox");
        sql(
                directory,
                "CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT NULL, subject"
                        + " TEXT NOT NULL, content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload BLOB NOT NULL)");
        sql(directory, "CREATE INDEX outbox_by_endpoint ON outbox (endpoint)");
        sql(directory, "INSERT INTO outbox VALUES (2, '" + CLOUD + "', 'a', 'mote-3', 'text/plain', 5, X'41')");
        sql(directory, "INSERT INTO delivery_ledger VALUES ('" + CLOUD + "', 'enqueued', '', 2)");
        sql(directory, "INSERT INTO delivery_ledger VALUES ('" + CLOUD + "', 'delivered', '', 1)");
        sql(directory, "INSERT INTO outbox_identity VALUES (2, X'" + "00".repeat(16) + "')");
        sql(directory, "PRAGMA user_version = 1");

        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            store.settle(sends(message(CLOUD, "b"))).join();
            OutboxEntry old = store.pending(CLOUD, 1).get(0);
            assertThat(old.message().id()).isEqualTo("a");
            assertThat(old.message().priority()).isEqualTo(Priority.MEDIUM);
            assertThat(old.message().expiresAt()).isEmpty();
            store.delivered(sequences(store.pending(CLOUD, 9))).join();
            assertThat(store.delivery().get(CLOUD)).isEqualTo(new DeliveryLedger(3, 3, 0, 0, 0, 0));
        }
        assertThat(number(directory, "PRAGMA user_version")).isEqualTo(Schema.VERSION);
    }
}
