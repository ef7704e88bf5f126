package io.qanat.outbox.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.outbox.camel.Cloud.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The faults of docs/outbox.md, each through a real route to a real HTTP server. */
@Timeout(120)
class OutboxFaultTest {
    private static final String CLOUD = "cloud";

    private final Outboxes outboxes;
    private final Cloud cloud = new Cloud();

    OutboxFaultTest(@TempDir Path directory) throws Exception {
        outboxes = new Outboxes(directory);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.close();
        outboxes.close();
    }

    @Test
    void anEndpointThatHangsDelaysOnlyWhatHangsAndALateAnswerCountsOnce() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        Set<String> hung = new HashSet<>(Set.of("a0/raised", "a1/raised", "a2/raised"));
        cloud.behave(request -> {
            if (first(hung, request)) {
                hang.await();
            }
            return 204;
        });
        String[] alarms = alarms(100);
        outboxes.put(CLOUD, alarms);

        outboxes.forward(CLOUD, "inFlight=8&timeout=300", cloud.url());

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(100)));
        assertThat(cloud.acceptedIds()).isEqualTo(ids(alarms));
        assertThat(outboxes.status(CLOUD).count("timeouts")).isGreaterThanOrEqualTo(3);
        hang.countDown();
        await().until(() ->
                outboxes.status(CLOUD).count("late") >= 0 && cloud.accepted().size() >= 103);
        outboxes.put(CLOUD, "last");
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(101)));
        assertThat(outboxes.status(CLOUD).count("delivered")).isEqualTo(101);
        assertThat(outboxes.status(CLOUD).count("inFlight")).isZero();
    }

    @Test
    void aLateAnswerIsAcceptedWhileTheMessageIsTriedAgain() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        cloud.behave(request -> {
            (request.number() == 1 ? late : never).await();
            return 204;
        });
        outboxes.put(CLOUD, "a1");
        outboxes.forward(CLOUD, "inFlight=2&timeout=500", cloud.url());
        await().until(() -> cloud.requests().size() == 2);

        late.countDown();

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(1)));
        never.countDown();
        await().until(() -> outboxes.status(CLOUD).count("inFlight") == 0);
        assertThat(outboxes.status(CLOUD).count("late")).isEqualTo(1);
        assertThat(outboxes.status(CLOUD).count("delivered")).isEqualTo(1);
        assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(1));
    }

    @Test
    void anEndpointThatResetsTheConnectionGetsEverythingLater() throws Exception {
        int port = cloud.port();
        cloud.close();
        String[] alarms = alarms(50);
        AtomicInteger resets = new AtomicInteger();
        Thread thread;
        try (ServerSocket resetting = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            thread = new Thread(() -> reset(resetting, resets), "resetting");
            thread.start();
            outboxes.put(CLOUD, alarms);
            outboxes.forward(CLOUD, "inFlight=8", "http://127.0.0.1:" + port + "/");
            await().until(() -> resets.get() > 10);
            await().until(() -> !fact("breaker").equals("closed"));
        }
        thread.join();
        try (Cloud well = new Cloud(port)) {
            await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(50)));
            assertThat(well.acceptedIds()).isEqualTo(ids(alarms));
        }
    }

    @Test
    void anEndpointThatAnswers500IsLeftAloneAndGetsEverythingLater() throws Exception {
        cloud.behave(request -> 500);
        String[] alarms = alarms(200);
        outboxes.put(CLOUD, alarms);
        outboxes.forward(CLOUD, "inFlight=8&maxTries=2", cloud.url());
        await().until(() -> !fact("breaker").equals("closed"));
        int window = cloud.requests().size();
        await().until(() -> cloud.requests().size() >= window + 5);
        assertThat(fact("lastError")).contains("500");

        cloud.behave(request -> 204);

        // An outage parks nothing, however often one message was tried.
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(200)));
        assertThat(cloud.acceptedIds()).isEqualTo(ids(alarms));
        await().until(() -> fact("state").equals("idle") && fact("breaker").equals("closed"));
    }

    @Test
    void anEndpointThatAnswers429IsLeftAloneAsLongAsItAsks() throws Exception {
        cloud.behave(request -> request.number() <= 4 ? 429 : 204);
        String[] alarms = alarms(50);
        outboxes.put(CLOUD, alarms);
        // The client itself would repeat after a wait that is not longer than this.
        outboxes.forward(CLOUD, "inFlight=4", cloud.url() + "?responseTimeout=500");

        await().until(() -> fact("state").equals("waiting"));
        // The window was under way; while the second lasts that it asked for, nothing follows.
        assertThat(cloud.requests()).hasSizeLessThanOrEqualTo(4);

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(50)));
        assertThat(cloud.acceptedIds()).isEqualTo(ids(alarms));
        assertThat(cloud.accepted()).hasSize(50);
        assertThat(fact("breaker")).isEqualTo("closed");
    }

    @Test
    void aMessageThatTheEndpointRefusesForEverIsParkedWhileTheOthersGoOn() throws Exception {
        cloud.behave(request -> request.id().equals("bad/raised") ? 500 : 204);
        outboxes.put(CLOUD, "bad");
        outboxes.forward(CLOUD, "inFlight=4&maxTries=3", cloud.url());

        AtomicInteger others = new AtomicInteger();
        await().until(() -> {
            outboxes.put(CLOUD, "good" + others.getAndIncrement());
            return outboxes.ledger(CLOUD).parked() == 1;
        });
        long good = others.get();

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD))
                .isEqualTo(new DeliveryLedger(good + 1, good, 0, 0, 1, 0, Map.of("parked(tries)", 1L))));
        assertThat(outboxes.status(CLOUD).count("parked")).isEqualTo(1);
        assertThat(cloud.acceptedIds()).doesNotContain("bad/raised").hasSize((int) good);
    }

    @Test
    void aMessageThatIsWrongIsParkedAtOnce() throws Exception {
        cloud.behave(request -> request.id().equals("a7/raised") ? 422 : 204);
        String[] alarms = alarms(20);
        outboxes.put(CLOUD, alarms);
        outboxes.forward(CLOUD, "inFlight=4", cloud.url());

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD))
                .isEqualTo(new DeliveryLedger(20, 19, 0, 0, 1, 0, Map.of("parked(refused)", 1L))));
        assertThat(cloud.requests().stream().filter(request -> request.id().equals("a7/raised")))
                .hasSize(1);
        assertThat(fact("breaker")).isEqualTo("closed");
    }

    @Test
    void aParkedMessageIsSentWhenAPersonRetriesIt() throws Exception {
        cloud.behave(request -> 422);
        outboxes.put(CLOUD, "a1");
        outboxes.forward(CLOUD, "inFlight=4", cloud.url());
        await().until(() -> outboxes.ledger(CLOUD).parked() == 1);
        assertThat(outboxes.store.show(1).orElseThrow().lastError()).contains("422");
        cloud.behave(request -> 204);

        assertThat(outboxes.store.retry(Choice.oldest(10)).join()).isEqualTo(1);

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(1)));
        assertThat(cloud.requests().get(1).historical()).containsExactly("a1/raised");
    }

    @Test
    void whatExpiresWhileTheEndpointIsAwayIsNotSent() throws Exception {
        cloud.behave(request -> 500);
        outboxes.forward(CLOUD, "inFlight=4", cloud.url());
        outboxes.put(CLOUD, alarms(10));
        outboxes.put(CLOUD, "old", Instant.now().plusMillis(1));
        await().until(() -> outboxes.ledger(CLOUD).expired() == 1);

        cloud.behave(request -> 204);

        DeliveryLedger expected = new DeliveryLedger(11, 10, 1, 0, 0, 0, Map.of("expired(ttl)", 1L));
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(expected));
        assertThat(cloud.acceptedIds()).isEqualTo(ids(alarms(10)));
    }

    @Test
    void oneMessageInABatchThatIsWrongTakesNoOthersWithIt() throws Exception {
        cloud.behave(request -> request.ids().contains("a7/raised") ? 400 : 204);
        String[] alarms = alarms(40);
        outboxes.put(CLOUD, alarms);
        outboxes.forward(CLOUD, "inFlight=20&batch=10", cloud.url());

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD))
                .isEqualTo(new DeliveryLedger(40, 39, 0, 0, 1, 0, Map.of("parked(refused)", 1L))));
        Set<String> expected = ids(alarms);
        expected.remove("a7/raised");
        assertThat(cloud.acceptedIds()).isEqualTo(expected);
        assertThat(cloud.requests().get(0).contentType()).isEqualTo("application/cloudevents-batch+json");
        assertThat(cloud.requests().get(0).ids()).hasSize(10);
    }

    @Test
    void aBatchWaitsForMoreAlarmsAsLongAsItIsAllowed() throws Exception {
        outboxes.forward(CLOUD, "inFlight=20&batch=5&batchDelay=60000", cloud.url());
        outboxes.put(CLOUD, alarms(5));

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(5)));

        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void aSlowEndpointDoesNotDelayOthers() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        cloud.behave(request -> {
            slow.await();
            return 204;
        });
        try (Cloud fast = new Cloud()) {
            String[] alarms = alarms(200);
            outboxes.put(CLOUD, alarms);
            outboxes.put("fast", alarms);
            outboxes.forward(CLOUD, "inFlight=8", cloud.url());
            outboxes.forward("fast", "inFlight=8", fast.url());

            await().untilAsserted(() -> assertThat(outboxes.ledger("fast")).isEqualTo(delivered(200)));
            assertThat(outboxes.ledger(CLOUD).delivered()).isZero();
            assertThat(fast.acceptedIds()).isEqualTo(ids(alarms));
        }
        slow.countDown();
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(200)));
    }

    @Test
    void oneSlowAnswerDoesNotHoldBackTheWindow() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        cloud.behave(request -> {
            if (request.id().equals("a0/raised")) {
                slow.await();
            }
            return 204;
        });
        outboxes.put(CLOUD, alarms(100));
        outboxes.forward(CLOUD, "inFlight=2", cloud.url());

        await().untilAsserted(
                        () -> assertThat(outboxes.ledger(CLOUD).delivered()).isEqualTo(99));
        slow.countDown();
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(100)));
        assertThat(cloud.mostAtOnce()).isEqualTo(2);
    }

    @Test
    void anEndpointThatIsAwayForLongGetsWhatTheOutboxHasRoomFor() throws Exception {
        int port = cloud.port();
        cloud.close();
        outboxes.store.limit(CLOUD, 100_000);
        outboxes.forward(CLOUD, "inFlight=8", "http://127.0.0.1:" + port + "/");
        outboxes.put(CLOUD, "urgent", Priority.CRITICAL);
        String[] alarms = alarms(1_000);
        outboxes.put(CLOUD, alarms);
        await().until(() -> !fact("breaker").equals("closed"));
        long kept = outboxes.ledger(CLOUD).pending();
        assertThat(kept).isBetween(50L, 400L);

        try (Cloud back = new Cloud(port)) {
            DeliveryLedger expected =
                    new DeliveryLedger(1_001, kept, 0, 1_001 - kept, 0, 0, Map.of("dropped(full)", 1_001 - kept));
            await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(expected));
            // The newest, and the most urgent whatever its age.
            Set<String> ids = ids(Arrays.copyOfRange(alarms, 1_001 - (int) kept, 1_000));
            ids.add("urgent/raised");
            assertThat(back.acceptedIds()).isEqualTo(ids);
            assertThat(back.requests()).allMatch(request -> request.historical().equals(request.ids()));
            assertThat(back.requests())
                    .allMatch(request -> request.historicalHeader().equals("true"));

            outboxes.put(CLOUD, "live");

            await().until(() -> back.acceptedIds().contains("live/raised"));
            Request live = back.requests().get(back.requests().size() - 1);
            assertThat(live.historical()).isEmpty();
            assertThat(live.historicalHeader()).isEmpty();
        }
    }

    @Test
    void liveAlarmsOvertakeTheBacklogAndLeaveItAShare() throws Exception {
        Semaphore answers = new Semaphore(0);
        cloud.behave(request -> {
            answers.acquire();
            return 204;
        });
        outboxes.put(CLOUD, alarms(100));
        outboxes.forward(CLOUD, "inFlight=8", cloud.url());
        await().until(() -> cloud.requests().size() == 8);
        String[] live = IntStream.range(0, 20).mapToObj(i -> "live" + i).toArray(String[]::new);
        outboxes.put(CLOUD, live);

        answers.release(20);
        await().until(() -> cloud.requests().size() == 28);

        List<String> next = cloud.requests().stream().skip(8).map(Request::id).toList();
        List<String> overtaking =
                next.stream().filter(id -> id.startsWith("live")).toList();
        assertThat(overtaking).hasSizeGreaterThanOrEqualTo(14);
        // Up to 8 are under way at once, and arrive in any order.
        assertThat(overtaking.subList(0, 8)).contains("live19/raised");
        assertThat(next.size() - overtaking.size()).isGreaterThanOrEqualTo(1);
        answers.release(1_000);
        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(120)));
    }

    @Test
    void neverHasMoreThanItsWindowUnderWay() throws Exception {
        outboxes.put(CLOUD, alarms(500));
        outboxes.forward(CLOUD, "inFlight=5", cloud.url());

        await().untilAsserted(() -> assertThat(outboxes.ledger(CLOUD)).isEqualTo(delivered(500)));

        assertThat(cloud.mostAtOnce()).isLessThanOrEqualTo(5);
        assertThat(cloud.accepted()).hasSize(500);
    }

    private static void reset(ServerSocket server, AtomicInteger resets) {
        try {
            while (!server.isClosed()) {
                try (Socket socket = server.accept();
                        InputStream in = socket.getInputStream()) {
                    assertThat(in.read()).isPositive();
                    socket.setSoLinger(true, 0);
                    resets.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // The test closed the server.
        }
    }

    private static boolean first(Set<String> ids, Request request) {
        synchronized (ids) {
            return ids.remove(request.id());
        }
    }

    private String fact(String name) {
        return outboxes.status(CLOUD).facts().getOrDefault(name, "");
    }

    private static String[] alarms(int count) {
        return IntStream.range(0, count).mapToObj(i -> "a" + i).toArray(String[]::new);
    }

    private static Set<String> ids(String... alarms) {
        Set<String> ids = new HashSet<>();
        for (String alarm : alarms) {
            ids.add(alarm + "/raised");
        }
        return ids;
    }

    private static DeliveryLedger delivered(long messages) {
        return new DeliveryLedger(messages, messages, 0, 0, 0, 0);
    }
}
