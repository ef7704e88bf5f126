package io.qanat.mqtt;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.InputLedger;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Settlement;
import io.qanat.api.StageStatus;
import io.qanat.ingest.Ingresses;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connection, ingress and a real store; the route behind it notes the readings' numbers and may be slow. */
final class TestGateway implements AutoCloseable {
    static final String SOURCE = "plant";

    private final List<Integer> processed = Collections.synchronizedList(new ArrayList<>());
    private final ScheduledExecutorService route = Executors.newSingleThreadScheduledExecutor();
    private final SqliteStore store;
    private final Ingress ingress;
    private final IngressConnection connection;
    private volatile long routeMicros;
    private volatile boolean diskFull;
    private volatile int mostHeld;

    TestGateway(MqttConfig config, String filter, Path directory, int capacity) throws IOException {
        store = SqliteStore.open(directory, Clock.systemUTC());
        ingress = new Ingresses(new FillingDisk(), Clock.systemUTC())
                .open(new IngressConfig(SOURCE, capacity, 65536, true), this::process);
        connection = IngressConnection.start(config, List.of(filter), ingress, Clock.systemUTC());
    }

    /** Each reading stays so long in the route. */
    void routeTakesMicros(long micros) {
        routeMicros = micros;
    }

    /** Whether the journal refuses. */
    void diskFull(boolean full) {
        diskFull = full;
    }

    private void process(Journey journey, Delivery delivery, Consumer<@Nullable Throwable> done) {
        processed.add(Readings.number(journey.reading()));
        mostHeld = Math.max(mostHeld, ingress.waiting() + ingress.inFlight());
        if (routeMicros == 0) {
            done.accept(null);
        } else {
            route.schedule(() -> done.accept(null), routeMicros, TimeUnit.MICROSECONDS);
        }
    }

    /** Numbers of the readings in the order in which the route saw them. */
    List<Integer> processed() {
        synchronized (processed) {
            return List.copyOf(processed);
        }
    }

    /** Readings in memory at once: in the route, or waiting for it. */
    int mostHeld() {
        return mostHeld;
    }

    boolean isConnected() {
        return connection.isConnected();
    }

    long count(String figure) {
        return new StageStatus("mqtt", connection.figures(), Map.of()).count(figure);
    }

    String fact(String name) {
        return connection.facts().getOrDefault(name, "");
    }

    InputLedger ledger() {
        return store.input().getOrDefault(SOURCE, new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    @Override
    public void close() throws IOException {
        connection.close();
        route.shutdown();
        store.close();
    }

    /** The store, on a disk that may be full. */
    private final class FillingDisk implements Journal {
        @Override
        public CompletableFuture<Admission> append(Arrival arrival) {
            return diskFull
                    ? CompletableFuture.failedFuture(new IOException("could not write: the disk is full"))
                    : store.append(arrival);
        }

        @Override
        public CompletableFuture<Void> reject(String source, String reason) {
            return store.reject(source, reason);
        }

        @Override
        public CompletableFuture<Void> settle(Settlement settlement) {
            return store.settle(settlement);
        }

        @Override
        public List<JournalEntry> open(String source) {
            return store.open(source);
        }

        @Override
        public Map<String, String> states(String stage) {
            return store.states(stage);
        }
    }
}
