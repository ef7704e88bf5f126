package io.qanat.outbox.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code qanat bench delivery} shows with millions of alarms, at a size at which it is checked with each build. */
@Timeout(300)
class BigBacklogTest {
    private static final String CLOUD = "cloud";
    private static final int BACKLOG = 20_000;
    private static final int GROUP = 500;
    private static final int WINDOW = 64;

    private final Outboxes outboxes;

    BigBacklogTest(@TempDir Path directory) throws Exception {
        outboxes = new Outboxes(directory);
    }

    @AfterEach
    void stop() throws Exception {
        outboxes.close();
    }

    @Test
    void aBigBacklogIsDeliveredOnceAndLiveAlarmsOvertakeIt() throws Exception {
        int live = 200;
        int atTheGate = 2_000;
        Gate cloud = new Gate(atTheGate);
        store(0, BACKLOG, any -> Priority.MEDIUM);
        outboxes.forward(CLOUD, "inFlight=" + WINDOW, cloud);
        cloud.awaitFull();

        store(BACKLOG, BACKLOG + live, any -> Priority.MEDIUM);
        cloud.open();

        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(outboxes.ledger(CLOUD))
                .isEqualTo(new DeliveryLedger(BACKLOG + live, BACKLOG + live, 0, 0, 0, 0)));
        assertThat(cloud.arrived).hasSize(BACKLOG + live);
        assertThat(new HashSet<>(cloud.arrived)).isEqualTo(ids(IntStream.range(0, BACKLOG + live)));
        int lastLive = IntStream.range(0, cloud.arrived.size())
                .filter(place -> isLive(cloud.arrived.get(place)))
                .max()
                .orElseThrow();
        // Only the window at the gate was before them, and the backlog's share of the window between them.
        assertThat(lastLive).isLessThan(atTheGate + 2 * WINDOW + 2 * live);
        // No more payloads are in memory, however long the backlog is.
        assertThat(cloud.mostAtOnce.get()).isLessThanOrEqualTo(WINDOW);
    }

    @Test
    void anOutageThatTheOutboxHasNoRoomForKeepsTheUrgentAndTheNewestInBoundedRoom() throws Exception {
        int room = 4_000;
        long bytes = room * (message(0, Priority.LOW).payload().length + 256L);
        outboxes.store.limit(CLOUD, bytes);
        AtomicBoolean back = new AtomicBoolean();
        List<String> arrived = Collections.synchronizedList(new ArrayList<>());
        outboxes.forward(CLOUD, "inFlight=" + WINDOW + "&backoff=5&maxBackoff=50", exchange -> {
            if (!back.get()) {
                throw new IOException("the cloud is away");
            }
            arrived.add(id(exchange));
        });

        store(0, BACKLOG, BigBacklogTest::priority);

        assertThat(outboxes.ledger(CLOUD))
                .isEqualTo(new DeliveryLedger(
                        BACKLOG, 0, 0, BACKLOG - room, 0, room, Map.of("dropped(full)", (long) BACKLOG - room)));
        assertThat(outboxes.store.status().get(0).count("liveBytes")).isLessThan(2 * bytes);
        back.set(true);

        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(outboxes.ledger(CLOUD).delivered()).isEqualTo(room));
        assertThat(outboxes.ledger(CLOUD)).matches(DeliveryLedger::balanced);
        assertThat(arrived).hasSize(room);
        assertThat(new HashSet<>(arrived)).isEqualTo(kept(room));
    }

    /** All of the higher classes, and the newest of the one that has room for some. */
    private static Set<String> kept(int room) {
        List<Integer> byWorth = new ArrayList<>();
        for (int rank = Priority.values().length - 1; rank >= 0; rank--) {
            Priority priority = Priority.values()[rank];
            IntStream.range(0, BACKLOG)
                    .map(number -> BACKLOG - 1 - number)
                    .filter(number -> priority(number) == priority)
                    .forEach(byWorth::add);
        }
        return ids(byWorth.subList(0, room).stream().mapToInt(Integer::intValue));
    }

    /** One in twenty is critical, two are high: not all of the medium ones have room beside them. */
    private static Priority priority(int number) {
        return switch (number % 20) {
            case 0 -> Priority.CRITICAL;
            case 1, 2 -> Priority.HIGH;
            case 3, 4, 5 -> Priority.MEDIUM;
            default -> Priority.LOW;
        };
    }

    private void store(int from, int to, IntFunction<Priority> priority) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int first = from; first < to; first += GROUP) {
            List<OutboxMessage> messages = IntStream.range(first, Math.min(to, first + GROUP))
                    .mapToObj(number -> message(number, priority.apply(number)))
                    .toList();
            last = outboxes.store.settle(
                    new Settlement(Outcome.ALARMED, "", List.of(), List.of(), 0, List.of(), messages));
        }
        last.join();
    }

    private static OutboxMessage message(int number, Priority priority) {
        return Outboxes.settlement(CLOUD, name(number), priority).messages().get(0);
    }

    /** All of one length, so that all events have one size. */
    private static String name(int number) {
        return "a" + (100_000 + number);
    }

    private static Set<String> ids(IntStream numbers) {
        Set<String> ids = new HashSet<>();
        numbers.forEach(number -> ids.add(name(number) + "/raised"));
        return ids;
    }

    private static boolean isLive(String id) {
        return id.compareTo(name(BACKLOG)) >= 0;
    }

    private static String id(Exchange exchange) {
        return exchange.getMessage().getHeader("QanatEventId", String.class);
    }

    /** A cloud that takes so many events, and the others once it is open. */
    private static final class Gate implements Processor {
        private final Semaphore places;
        private final CountDownLatch full = new CountDownLatch(1);
        private final List<String> arrived = new ArrayList<>();
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger mostAtOnce = new AtomicInteger();

        Gate(int places) {
            this.places = new Semaphore(places);
        }

        @Override
        public void process(Exchange exchange) throws InterruptedException {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            if (!places.tryAcquire()) {
                full.countDown();
                places.acquire();
            }
            synchronized (arrived) {
                arrived.add(id(exchange));
            }
            atOnce.decrementAndGet();
        }

        void awaitFull() throws InterruptedException {
            full.await();
        }

        void open() {
            places.release(10 * BACKLOG);
        }
    }
}
