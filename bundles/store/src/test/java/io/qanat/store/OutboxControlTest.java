package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.sends;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxControl;
import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxControlTest {
    private final Path directory;
    private SqliteStore store;

    OutboxControlTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        store = SqliteStore.open(directory, Clock.systemUTC());
    }

    @BeforeEach
    void fill() {
        put(CLOUD, "a", Priority.LOW);
        put(CLOUD, "b", Priority.HIGH);
        put("other", "c", Priority.LOW);
        put(CLOUD, "d", Priority.LOW);
        OutboxEntry first = store.list(Choice.oldest(1)).get(0);
        store.refused(new OutboxEntry(first.sequence(), first.message(), State.PARKED_TRIES, 10, "HTTP 500"))
                .join();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void listsByEndpointClassStateAndNumber() {
        assertThat(ids(store.list(Choice.oldest(3)))).containsExactly("a", "b", "c");
        assertThat(ids(store.list(choice(CLOUD, null, null)))).containsExactly("a", "b", "d");
        assertThat(ids(store.list(choice(CLOUD, Priority.LOW, State.PENDING)))).containsExactly("d");
        assertThat(ids(store.list(choice(null, null, State.PARKED_TRIES)))).containsExactly("a");
        assertThat(ids(store.list(choice("nobody", null, null)))).isEmpty();
    }

    @Test
    void listsNoMoreThanFitsInMemoryAndPurgesAllThatIsChosen() {
        for (int i = 0; i < 1_100; i++) {
            var unused = store.settle(sends(StoreFixture.message("many", "m" + i)));
        }
        store.settle(sends()).join();

        assertThat(store.list(choice("many", null, null))).hasSize(1_000);
        assertThat(store.purge(choice("many", null, null)).join()).isEqualTo(1_100);
    }

    @Test
    void showsOneEntryWithItsLastError() {
        OutboxEntry shown = store.show(1).orElseThrow();

        assertThat(shown.message().id()).isEqualTo("a");
        assertThat(shown.state()).isEqualTo(State.PARKED_TRIES);
        assertThat(shown.tries()).isEqualTo(10);
        assertThat(shown.lastError()).isEqualTo("HTTP 500");
        assertThat(store.show(99)).isEmpty();
    }

    @Test
    void aRetriedMessageWaitsAgainWithAllItsTriesAndItsForwarderIsTold() {
        AtomicInteger told = new AtomicInteger();
        var unused = store.onEnqueued(CLOUD, told::incrementAndGet);

        assertThat(store.retry(Choice.oldest(10)).join()).isEqualTo(1);

        assertThat(told).hasValue(1);
        assertThat(ids(store.pending(CLOUD, 9))).containsExactly("b", "a", "d");
        assertThat(store.show(1).orElseThrow().tries()).isZero();
        assertThat(store.delivery().get(CLOUD)).isEqualTo(new DeliveryLedger(3, 0, 0, 0, 0, 3));
    }

    @Test
    void purgedMessagesAreCountedByReason() {
        assertThat(store.purge(choice(CLOUD, Priority.LOW, null)).join()).isEqualTo(2);

        assertThat(ids(store.list(Choice.oldest(9)))).containsExactly("b", "c");
        assertThat(store.delivery().get(CLOUD))
                .isEqualTo(new DeliveryLedger(3, 0, 0, 2, 0, 1, Map.of("dropped(purged)", 2L)));
    }

    @Test
    void worksOnTheFilesOfAStoppedGateway() throws Exception {
        store.close();

        try (SqliteStore files = SqliteStore.open(directory, Clock.systemUTC())) {
            OutboxControl control = files;
            assertThat(control.retry(choice(null, null, State.PARKED_TRIES)).join())
                    .isEqualTo(1);
            assertThat(control.purge(choice("other", null, null)).join()).isEqualTo(1);
        }

        store = SqliteStore.open(directory, Clock.systemUTC());
        assertThat(store.delivery().get(CLOUD)).isEqualTo(new DeliveryLedger(3, 0, 0, 0, 0, 3));
        assertThat(ids(store.list(Choice.oldest(9)))).containsExactly("a", "b", "d");
    }

    @Test
    void refusesALimitThatIsNone() {
        assertThatThrownBy(() -> Choice.oldest(0)).hasMessageContaining("limit is 0");
        assertThatThrownBy(() -> Choice.oldest(10_001)).hasMessageContaining("10000");
    }

    private static Choice choice(@Nullable String endpoint, @Nullable Priority priority, @Nullable State state) {
        return new Choice(
                Optional.ofNullable(endpoint), Optional.ofNullable(priority), Optional.ofNullable(state), 10_000);
    }

    private void put(String endpoint, String id, Priority priority) {
        OutboxMessage message = new OutboxMessage(
                endpoint, id, "mote-3", "text/plain", id.getBytes(UTF_8), NOON, priority, Optional.empty());
        store.settle(sends(message)).join();
    }

    private static List<String> ids(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.message().id()).toList();
    }
}
