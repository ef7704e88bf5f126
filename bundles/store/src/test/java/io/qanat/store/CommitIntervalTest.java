package io.qanat.store;

import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Admission;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitIntervalTest {
    private static final int ROUNDS = 40;

    private final Path directory;

    CommitIntervalTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void collectsWhatArrivesWithinTheIntervalInOneCommit() throws Exception {
        try (SqliteStore store = open(Duration.ofSeconds(2))) {
            store.append(arrival("the first is written at once")).join();
            CompletableFuture<?>[] appends = IntStream.range(0, ROUNDS)
                    .mapToObj(i -> store.append(arrival("id" + i)))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(appends).join();

            assertThat(store.status().get(0).count("commits")).isLessThanOrEqualTo(3);
            assertThat(store.open(PLANT)).hasSize(ROUNDS + 1);
        }
    }

    @Test
    void doesNotWaitForTheIntervalWhenItCloses() throws Exception {
        SqliteStore store = open(Duration.ofSeconds(10));
        store.append(arrival("first")).join();
        CompletableFuture<Admission> waiting = store.append(arrival("second"));

        store.close();

        assertThat(waiting).isCompletedWithValue(new Admission(2, false));
    }

    @Test
    void acknowledgesNothingBeforeItsCommit() throws Exception {
        try (SqliteStore store = open(Duration.ofSeconds(10))) {
            store.append(arrival("first")).join();
            CompletableFuture<Admission> waiting = store.append(arrival("second"));

            assertThat(store.open(PLANT)).hasSize(1);
            assertThat(waiting).isNotDone();
        }
    }

    @Test
    void refusesAnIntervalThatSendersWouldNotBear() {
        assertThatThrownBy(() -> open(Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("commitInterval")
                .hasMessageContaining("60000");
    }

    private SqliteStore open(Duration interval) throws Exception {
        return new SqliteStore(new StoreConfig(directory, 0, interval, Optional.empty()), Clock.systemUTC());
    }
}
