package io.qanat.outbox.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Arrival;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.Identity;
import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.Reading;
import io.qanat.api.StageStatus;
import io.qanat.outbox.Alarms;
import io.qanat.outbox.Forwarders;
import io.qanat.store.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxRouteTest {
    private static final String OPTIONS = "?backoff=1&maxBackoff=10";

    private final Path directory;
    private SqliteStore store;
    private Forwarders forwarders;
    private CamelContext context = new DefaultCamelContext();

    OutboxRouteTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        store = SqliteStore.open(directory, Clock.systemUTC());
        forwarders = new Forwarders(store);
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        store.close();
    }

    @Test
    void deliversAnAlarmToTwoEndpoints() throws Exception {
        List<String> mqtt = new CopyOnWriteArrayList<>();
        List<String> http = new CopyOnWriteArrayList<>();
        start(producing("cloud-mqtt,cloud-http"));
        start(consuming("cloud-mqtt", exchange -> mqtt.add(described(exchange))));
        start(consuming("cloud-http", exchange -> http.add(described(exchange))));

        tell("a1");

        String expected = "a1/raised mote-3 application/cloudevents+json";
        await().untilAsserted(() -> assertThat(mqtt).containsExactly(expected));
        await().untilAsserted(() -> assertThat(http).containsExactly(expected));
        await().untilAsserted(() ->
                assertThat(store.delivery()).isEqualTo(Map.of("cloud-mqtt", ledger(1, 1), "cloud-http", ledger(1, 1))));
    }

    @Test
    void storesAnAlarmWithItsClassAndTimeToLive() throws Exception {
        // Decades, since the alarm's times are fixed.
        Duration timeToLive = Duration.ofDays(36_500);
        start(producing("cloud?timeToLive=" + timeToLive.toMillis()));

        tell("a1", Map.of("QanatSeverity", 800));
        tell("a2", Map.of("QanatSeverity", 100, "QanatTimeToLive", 0L));

        OutboxMessage urgent = store.pending("cloud", 9).get(0).message();
        assertThat(urgent.priority()).isEqualTo(Priority.CRITICAL);
        assertThat(urgent.expiresAt()).contains(urgent.createdAt().plus(timeToLive));
        OutboxMessage other = store.pending("cloud", 9).get(1).message();
        assertThat(other.priority()).isEqualTo(Priority.LOW);
        assertThat(other.expiresAt()).isEmpty();
    }

    @Test
    void theEndpointsOptionIsStrongerThanTheAlarmsSeverity() throws Exception {
        start(producing("cloud?priority=high"));

        tell("a1", Map.of("QanatSeverity", 1));

        assertThat(store.pending("cloud", 1).get(0).message().priority()).isEqualTo(Priority.HIGH);
    }

    @Test
    void boundsWhatIsStoredByTheOptionOfTheRoute() throws Exception {
        start(producing("cloud?maxBytes=2000"));

        for (String alarm : List.of("a1", "a2", "a3", "a4")) {
            tell(alarm);
        }

        DeliveryLedger ledger = requireNonNull(store.delivery().get("cloud"));
        assertThat(ledger).matches(DeliveryLedger::balanced);
        assertThat(ledger.reasons()).isEqualTo(Map.of("dropped(full)", ledger.dropped()));
        assertThat(ledger.pending()).isBetween(1L, 3L);
    }

    @Test
    void keepsMessagesAndTriesAgainWhileTheEndpointFails() throws Exception {
        AtomicBoolean up = new AtomicBoolean();
        List<String> delivered = new CopyOnWriteArrayList<>();
        start(producing("cloud"));
        start(consuming("cloud", exchange -> {
            if (!up.get()) {
                throw new IllegalStateException("connection refused by http://cloud?password=secret");
            }
            delivered.add(id(exchange));
        }));
        tell("a1");
        tell("a2");

        await().until(() -> status().count("retries") > 5);
        assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(2, 0)));
        assertThat(status().facts()).hasEntrySatisfying("lastError", error -> assertThat(error)
                .contains("connection refused")
                .doesNotContain("secret"));
        up.set(true);

        await().untilAsserted(() -> assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(2, 2))));
        assertThat(delivered).containsExactlyInAnyOrder("a1/raised", "a2/raised");
        await().untilAsserted(() -> assertThat(status().facts()).containsEntry("state", "idle"));
        assertThat(status().count("delivered")).isEqualTo(2);
        assertThat(status().count("inFlight")).isZero();
    }

    @Test
    void sendsAgainOnlyWhatFailed() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        start(producing("cloud"));
        for (String alarm : List.of("a1", "bad", "a3")) {
            tell(alarm);
        }

        start(consuming("cloud", exchange -> {
            sent.add(id(exchange));
            if (id(exchange).startsWith("bad") && sent.size() < 6) {
                throw new IllegalStateException("not yet");
            }
        }));

        await().untilAsserted(() -> assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(3, 3))));
        assertThat(sent)
                .containsExactlyInAnyOrder(
                        "a1/raised", "bad/raised", "a3/raised", "bad/raised", "bad/raised", "bad/raised");
    }

    @Test
    void sendsNothingTwiceBecauseTheDiskRefusedToRecordIt() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        start(producing("cloud"));
        tell("a1");
        sql("CREATE TRIGGER refuse BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END");
        start(consuming("cloud", exchange -> sent.add(id(exchange))));

        await().until(() -> status().count("failures") > 2);
        assertThat(status().facts())
                .hasEntrySatisfying("lastError", error -> assertThat(error).contains("no room"));
        sql("DROP TRIGGER refuse");

        await().untilAsserted(() -> assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(1, 1))));
        assertThat(sent).containsExactly("a1/raised");
    }

    @Test
    void losesNothingWhenTheContextIsStoppedInTheMiddleAndStartedAgain() throws Exception {
        List<String> told = IntStream.range(0, 200).mapToObj(i -> "a" + i).toList();
        List<String> received = new CopyOnWriteArrayList<>();
        start(producing("cloud"));
        for (String alarm : told) {
            tell(alarm);
        }
        start(consuming("cloud", exchange -> received.add(id(exchange))));
        await().until(() -> received.size() > 20);

        restart();
        int before = received.size();
        start(consuming("cloud", exchange -> received.add(id(exchange))));

        await().untilAsserted(() -> assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(200, 200))));
        assertThat(before).isGreaterThan(20);
        assertThat(received)
                .containsExactlyInAnyOrderElementsOf(
                        told.stream().map(id -> id + "/raised").toList());
    }

    @Test
    void letsWhatIsUnderWayFinishBeforeItStops() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        Semaphore answer = new Semaphore(0);
        start(producing("cloud"));
        start(consuming("cloud", exchange -> {
            underWay.countDown();
            answer.acquire();
        }));
        tell("a1");
        underWay.await();

        Thread stopping = new Thread(context::stop);
        stopping.start();
        await().until(() -> stopping.getState() != Thread.State.RUNNABLE);
        answer.release();
        stopping.join();

        assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(1, 1)));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("qanat-outbox-cloud"));
    }

    @Test
    void aSecondConsumerOfAnEndpointWaitsUntilTheFirstHasStopped() throws Exception {
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> second = new CopyOnWriteArrayList<>();
        start(producing("cloud"));
        start(consuming("cloud", exchange -> first.add(id(exchange))));
        try (CamelContext newer = new DefaultCamelContext()) {
            newer.addComponent("outbox", new OutboxComponent(forwarders));
            newer.addRoutes(consuming("cloud", exchange -> second.add(id(exchange))));
            newer.start();
            tell("a1");
            await().until(() -> status().count("delivered") == 1);

            context.getRouteController().stopRoute("cloud");
            tell("a2");

            await().untilAsserted(() -> assertThat(store.delivery()).isEqualTo(Map.of("cloud", ledger(2, 2))));
            assertThat(first).containsExactly("a1/raised");
            assertThat(second).containsExactly("a2/raised");
        }
    }

    @Test
    void refusesABodyThatIsNoAlarm() throws Exception {
        start(producing("cloud"));

        assertThat(failure("a text", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String")
                .hasMessageContaining("put alarm: before it");
        assertThat(failure(Alarms.raised("a1", "mote-3"), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Journey.PROPERTY);
    }

    @Test
    void refusesAConsumerOfSeveralEndpointsAndNamesThatAreNone() {
        assertThatThrownBy(() -> start(consuming("a,b", exchange -> {})))
                .rootCause()
                .hasMessageContaining("one route for each");
        assertThatThrownBy(() -> start(producing("a,,b"))).rootCause().hasMessageContaining("empty name");
        assertThatThrownBy(() -> start(producing("a?gateway=hall 7")))
                .rootCause()
                .hasMessageContaining("hall 7");
    }

    private void restart() throws Exception {
        context.stop();
        store.close();
        store = SqliteStore.open(directory, Clock.systemUTC());
        forwarders = new Forwarders(store);
        context = new DefaultCamelContext();
    }

    private void start(RouteBuilder routes) throws Exception {
        if (!context.isStarted()) {
            context.addComponent("outbox", new OutboxComponent(forwarders));
            context.start();
        }
        context.addRoutes(routes);
    }

    private static RouteBuilder producing(String endpoints) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:alarms").to("outbox:" + endpoints);
            }
        };
    }

    private static RouteBuilder consuming(String endpoint, Processor cloud) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("outbox:" + endpoint + OPTIONS).routeId(endpoint).process(cloud);
            }
        };
    }

    /** Makes an alarm of a journalled reading, the way an ingress does. */
    private void tell(String alarm) throws Exception {
        tell(alarm, Map.of());
    }

    private void tell(String alarm, Map<String, Object> headers) throws Exception {
        Journey journey = journey(alarm);
        Exchange exchange = context.createFluentProducerTemplate()
                .to("direct:alarms")
                .withProcessor(made -> {
                    made.setProperty(Journey.PROPERTY, journey);
                    made.getMessage().setBody(Alarms.raised(alarm, "mote-3"));
                    made.getMessage().setHeaders(new HashMap<>(headers));
                })
                .send();
        assertThat(exchange.getException()).isNull();
        store.settle(journey.settlement().orElseThrow()).join();
    }

    private Journey journey(String id) {
        long entry = store.append(new Arrival("plant", Identity.of(id), id.getBytes(UTF_8), Instant.EPOCH))
                .join()
                .entry();
        return new Journey(
                new Reading(
                        entry,
                        "plant",
                        "mote-3",
                        Instant.EPOCH,
                        Instant.EPOCH,
                        0,
                        List.of(new Measurement("temperature", 21.5, ""))),
                false);
    }

    private Exception failure(Object body, boolean withJourney) {
        Exchange exchange = context.createFluentProducerTemplate()
                .to("direct:alarms")
                .withProcessor(made -> {
                    if (withJourney) {
                        made.setProperty(Journey.PROPERTY, journey("any"));
                    }
                    made.getMessage().setBody(body);
                })
                .send();
        return exchange.getException();
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("qanat.db"));
                Statement own = connection.createStatement()) {
            own.execute(statement);
        }
    }

    private StageStatus status() {
        return forwarders.status().get(0);
    }

    private static DeliveryLedger ledger(long enqueued, long delivered) {
        return new DeliveryLedger(enqueued, delivered, 0, 0, 0, enqueued - delivered);
    }

    private static String id(Exchange exchange) {
        return exchange.getMessage().getHeader("QanatEventId", String.class);
    }

    private static String described(Exchange exchange) {
        return id(exchange) + " " + exchange.getMessage().getHeader("QanatSubject") + " "
                + exchange.getMessage().getHeader(Exchange.CONTENT_TYPE);
    }
}
