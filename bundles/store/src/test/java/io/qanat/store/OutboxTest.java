package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sends;
import static io.qanat.store.StoreFixture.sequences;
import static io.qanat.store.StoreFixture.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxQueue.Subscription;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    private final Path directory;
    private SqliteStore store;

    OutboxTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        store = SqliteStore.open(directory, Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void givesTheOldestMessagesOfAnEndpointFirst() throws Exception {
        store.settle(sends(message(CLOUD, "a"), message("other", "a"))).join();
        store.settle(sends(message(CLOUD, "b"), message(CLOUD, "c"))).join();

        reopen();

        assertThat(ids(store.pending(CLOUD, 2))).containsExactly("a", "b");
        assertThat(ids(store.pending("other", 2))).containsExactly("a");
        assertThat(store.pending(CLOUD, 1).get(0).message())
                .usingRecursiveComparison()
                .isEqualTo(message(CLOUD, "a"));
    }

    @Test
    void closesTheDeliveryLedgerWhenAMessageIsDelivered() {
        store.settle(sends(message(CLOUD, "a"), message(CLOUD, "b"))).join();
        List<OutboxEntry> first = store.pending(CLOUD, 1);

        store.delivered(sequences(first)).join();
        store.delivered(sequences(first)).join();

        assertThat(ids(store.pending(CLOUD, 9))).containsExactly("b");
        assertThat(store.delivery().get(CLOUD)).isEqualTo(new DeliveryLedger(2, 1, 0, 0, 0, 1));
    }

    @Test
    void enqueuesAMessageOnceWhileItIsPendingAndAfterItsDelivery() throws Exception {
        store.settle(sends(message(CLOUD, "a"), message(CLOUD, "a"))).join();
        reopen();
        store.settle(sends(message(CLOUD, "a"))).join();
        store.delivered(sequences(store.pending(CLOUD, 9))).join();
        reopen();
        store.settle(sends(message(CLOUD, "a"))).join();

        assertThat(store.pending(CLOUD, 9)).isEmpty();
        assertThat(store.delivery().get(CLOUD)).isEqualTo(new DeliveryLedger(1, 1, 0, 0, 0, 0));
    }

    @Test
    void tellsListenersOfAnEndpointOnceItsMessagesAreDurable() {
        List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());
        Subscription subscription = store.onEnqueued(CLOUD, () -> seen.add(ids(store.pending(CLOUD, 9))));

        store.settle(sends(message(CLOUD, "a"), message(CLOUD, "b"))).join();
        store.settle(sends(message("other", "a"))).join();
        subscription.close();
        store.settle(sends(message(CLOUD, "c"))).join();

        assertThat(seen).containsExactly(List.of("a", "b"));
    }

    @Test
    void aListenerThatThrowsDoesNoHarm() {
        var unused = store.onEnqueued(CLOUD, () -> {
            throw new IllegalStateException("a listener's own fault");
        });

        store.settle(sends(message(CLOUD, "a"))).join();
        store.settle(sends(message(CLOUD, "b"))).join();

        assertThat(ids(store.pending(CLOUD, 9))).containsExactly("a", "b");
    }

    @Test
    void tellsNobodyOfMessagesThatTheDiskRefused() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        var unused = store.onEnqueued(CLOUD, () -> seen.add("told"));
        sql(directory, "CREATE TRIGGER refuse BEFORE INSERT ON delivery_ledger BEGIN SELECT RAISE(ABORT, 'no'); END");

        assertThat(store.settle(sends(message(CLOUD, "a")))).failsWithin(Duration.ofSeconds(30));

        assertThat(seen).isEmpty();
        sql(directory, "DROP TRIGGER refuse");
        store.settle(sends(message(CLOUD, "a"))).join();
        assertThat(store.pending(CLOUD, 9)).hasSize(1);
    }

    private void reopen() throws Exception {
        store.close();
        store = SqliteStore.open(directory, Clock.systemUTC());
    }

    private static List<String> ids(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.message().id()).toList();
    }
}
