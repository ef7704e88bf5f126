package io.qanat.ingest.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import io.qanat.ingest.Ingresses;
import io.qanat.ingest.NotTakenInException;
import io.qanat.store.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes with the endpoint and a real store. */
class IngestRouteTest {
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    private Path directory;

    private final List<Reading> readings = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private SqliteStore store;
    private CamelContext context;
    private IngestComponent component;
    private ProducerTemplate sender;
    private volatile boolean holding;

    @BeforeEach
    void open() throws Exception {
        store = SqliteStore.open(directory, Clock.systemUTC());
        context = new DefaultCamelContext();
        component = new IngestComponent(new Ingresses(store, Clock.fixed(NOW, ZoneOffset.UTC)));
        context.addComponent("ingest", component);
        context.start();
        sender = context.createProducerTemplate();
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        context.stop();
        store.close();
    }

    private void receive(String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("ingest:plant" + options).routeId("plant").process(exchange -> {
                    readings.add(exchange.getMessage().getBody(Reading.class));
                    if (holding) {
                        release.await();
                    }
                });
            }
        });
    }

    private Message send(String options, @Nullable Object body, Map<String, Object> headers) {
        Exchange answer = sender.request("ingest:plant" + options, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(headers);
        });
        if (answer.getException() != null) {
            throw new IllegalStateException(answer.getException());
        }
        return answer.getMessage();
    }

    private static String json(String id, String asset, String channel) {
        return """
                {"id":"%s","asset":"%s","channel":"%s","value":1.5,"observedAt":"2026-01-01T00:00:00Z"}"""
                .formatted(id, asset, channel);
    }

    private InputLedger ledger() {
        return store.input().getOrDefault("plant", new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    @Test
    void answersOnlyWhenTheReadingIsInTheJournal() throws Exception {
        receive("");

        Message answer = send("", json("1", "mote-1", "humidity"), Map.of());

        assertThat(ledger().received()).isEqualTo(1);
        assertThat(answer.getHeaders())
                .containsEntry("QanatOutcome", "accepted")
                .containsEntry("QanatReason", "");
        await().untilAsserted(
                        () -> assertThat(readings).singleElement().satisfies(reading -> assertThat(reading.asset())
                                .isEqualTo("mote-1")));
        await().untilAsserted(
                        () -> assertThat(ledger()).isEqualTo(new InputLedger(1, 1, 0, Map.of(), Map.of(), 0, 0, 0)));
    }

    @Test
    void saysOfAReadingThatComesAgainThatItIsRedelivered() throws Exception {
        receive("");
        send("", json("1", "mote-1", "humidity"), Map.of());

        Message answer = send("", json("1", "mote-1", "humidity").getBytes(StandardCharsets.UTF_8), Map.of());

        assertThat(answer.getHeader("QanatOutcome")).isEqualTo("redelivered");
        await().untilAsserted(
                        () -> assertThat(ledger()).isEqualTo(new InputLedger(1, 1, 0, Map.of(), Map.of(), 0, 1, 0)));
        assertThat(readings).hasSize(1);
    }

    @Test
    void namesAndCountsTheReasonOfWhatIsNoReading() throws Exception {
        receive("?maxPayload=200");

        assertThat(send("", "{", Map.of()).getHeaders())
                .containsEntry("QanatOutcome", "rejected")
                .containsEntry("QanatReason", "malformed");
        assertThat(send("", null, Map.of()).getHeader("QanatReason")).isEqualTo("empty");
        assertThat(send("", "x".repeat(201), Map.of()).getHeader("QanatReason")).isEqualTo("too-large");
        assertThat(send("", 1.5, Map.of()).getHeader("QanatReason")).isEqualTo("missing-field");
        assertThat(send("?asset=a&channel=c", Double.NaN, Map.of()).getHeader("QanatReason"))
                .isEqualTo("not-a-number");
        assertThat(send("?asset=a&channel=c", 1, Map.of("QanatObservedAt", "yesterday"))
                        .getHeader("QanatReason"))
                .isEqualTo("bad-time");
        assertThat(send("?asset=a", Map.of("c", "on"), Map.of()).getHeader("QanatReason"))
                .isEqualTo("wrong-type");
        assertThat(ledger().balanced()).isTrue();
        assertThat(ledger().rejected())
                .isEqualTo(Map.of(
                        "malformed", 1L,
                        "empty", 1L,
                        "too-large", 1L,
                        "missing-field", 1L,
                        "not-a-number", 1L,
                        "bad-time", 1L,
                        "wrong-type", 1L));
        assertThat(readings).isEmpty();
    }

    @Test
    void makesAReadingOfANumberWithTheOptionsAndTheGatewaysTime() throws Exception {
        receive("");

        send("?asset=press-1&channel=pressure&unit=bar", 4, Map.of());

        await().until(() -> readings.size() == 1);
        assertThat(readings.get(0).asset()).isEqualTo("press-1");
        assertThat(readings.get(0).observedAt()).isEqualTo(NOW);
        assertThat(readings.get(0).measurements()).containsExactly(new Measurement("pressure", 4, "bar"));
    }

    @Test
    void takesAssetChannelAndTimeFromHeadersBeforeTheOptions() throws Exception {
        receive("");
        Instant then = Instant.parse("2026-01-01T00:00:00.250Z");

        for (Object time : List.of(then, then.toString(), then.toEpochMilli(), java.util.Date.from(then))) {
            send(
                    "?asset=no&channel=no",
                    true,
                    Map.of(
                            "QanatAsset", "valve-7",
                            "QanatChannel", "open",
                            "QanatObservedAt", time));
        }

        await().until(() -> readings.size() == 1);
        assertThat(readings.get(0).asset()).isEqualTo("valve-7");
        assertThat(readings.get(0).observedAt()).isEqualTo(then);
        assertThat(readings.get(0).measurements()).containsExactly(new Measurement("open", 1, ""));
        assertThat(ledger().redelivered())
                .as("the same instant, told in four ways")
                .isEqualTo(3);
    }

    @Test
    void knowsANumberWithAnIdWhenItComesAgainAtAnotherTime() throws Exception {
        receive("");

        for (long millis : List.of(1000L, 2000L)) {
            send("?asset=a&channel=c", 1, Map.of("QanatId", "readings/0/17", "QanatObservedAt", millis));
        }

        assertThat(ledger().redelivered()).isEqualTo(1);
    }

    @Test
    void makesOneReadingOfAMapOfChannels() throws Exception {
        receive("");

        send("?asset=press-1", Map.of("pressure", 4.5, "running", false), Map.of());

        await().until(() -> readings.size() == 1);
        assertThat(readings.get(0).measurements())
                .containsExactlyInAnyOrder(new Measurement("pressure", 4.5, ""), new Measurement("running", 0, ""));
    }

    @Test
    void takesEachReadingOfABatchAndSaysHowMany() throws Exception {
        receive("");
        String batch = "[" + json("1", "mote-1", "humidity") + " , " + json("1", "mote-1", "temperature") + ","
                + json("1", "mote-2", "humidity") + "," + json("2", "mote-1", "humidity") + ",{\"asset\":\"mote-3\"},"
                + json("1", "mote-2", "humidity").replace("00Z", "01Z") + "]";

        Message answer = send("?batch=true", batch, Map.of());

        assertThat(answer.getHeaders())
                .containsEntry("QanatOutcome", "rejected")
                .containsEntry("QanatReason", "missing-field")
                .containsEntry("QanatAccepted", 3L)
                .containsEntry("QanatRedelivered", 1L)
                .containsEntry("QanatRejected", 1L);
        await().until(() -> readings.size() == 3);
        assertThat(readings.get(0).measurements()).hasSize(2);
        assertThat(send("?batch=true", json("1", "mote-2", "humidity"), Map.of())
                        .getHeader("QanatOutcome"))
                .isEqualTo("redelivered");
    }

    @Test
    void takesAListOfBodiesInOrder() throws Exception {
        receive("");

        Message answer = send(
                "",
                IntStream.range(0, 100)
                        .mapToObj(i -> json(Integer.toString(i), "mote-" + i, "humidity"))
                        .toList(),
                Map.of());

        assertThat(answer.getHeader("QanatAccepted")).isEqualTo(100L);
        await().until(() -> readings.size() == 100);
        assertThat(readings)
                .extracting(Reading::asset)
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "mote-" + i).toList());
    }

    @Test
    void takesUpWhatTheJournalHasOpenBeforeWhatIsNew() throws Exception {
        Instant before = Instant.parse("2026-01-01T00:00:00Z");
        store.append(new Arrival(
                        "plant",
                        Identity.of("plant", "id", "mote-1", "1"),
                        json("1", "mote-1", "humidity").getBytes(StandardCharsets.UTF_8),
                        before))
                .get();

        receive("");
        send("", json("1", "mote-2", "humidity"), Map.of());

        await().untilAsserted(
                        () -> assertThat(readings).extracting(Reading::asset).containsExactly("mote-1", "mote-2"));
        assertThat(readings.get(0).receivedAt()).isEqualTo(before);
        await().untilAsserted(
                        () -> assertThat(ledger()).isEqualTo(new InputLedger(2, 2, 0, Map.of(), Map.of(), 0, 0, 0)));
    }

    @Test
    void refusesAtOnceWhatAFullRouteHasNoRoomFor() throws Exception {
        holding = true;
        receive("?maxInFlight=1");
        send("", json("1", "mote-1", "humidity"), Map.of());
        await().until(() -> readings.size() == 1);

        assertThatThrownBy(() -> send("?onFull=reject", json("2", "mote-1", "humidity"), Map.of()))
                .hasRootCauseInstanceOf(NotTakenInException.class)
                .hasMessageContaining("the source 'plant' had no room");
        assertThat(ledger().received()).isEqualTo(1);
        assertThat(component.status().get(0).count("notTakenIn")).isEqualTo(1);
    }

    @Test
    void waitsForRoomAndBoundsWhatWaits() throws Exception {
        holding = true;
        receive("?maxInFlight=2");
        List<CompletableFuture<Object>> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sent.add(sender.asyncRequestBody("ingest:plant", json(Integer.toString(i), "mote-1", "humidity")));
        }
        // The route's thread holds one; the other has a place and waits for the thread.
        await().until(() -> readings.size() == 1 && component.status().get(0).count("unanswered") == 2);
        assertThat(ledger().received()).isLessThanOrEqualTo(4);

        release.countDown();
        for (CompletableFuture<Object> each : sent) {
            each.get(10, TimeUnit.SECONDS);
        }
        await().untilAsserted(() -> assertThat(ledger().normal()).isEqualTo(10));
    }

    @Test
    void saysWhenNoRouteBeginsWithTheSource() {
        assertThatThrownBy(() -> send("?timeout=10", json("1", "mote-1", "humidity"), Map.of()))
                .hasRootCauseInstanceOf(NotTakenInException.class)
                .hasMessageContaining("no route receives from ingest:plant after 10 ms");
    }

    @Test
    void waitsForARouteThatBeginsWithTheSource() throws Exception {
        CompletableFuture<Object> sent = sender.asyncRequestBody("ingest:plant", json("1", "mote-1", "humidity"));

        receive("");

        sent.get(10, TimeUnit.SECONDS);
        assertThat(ledger().received()).isEqualTo(1);
    }

    @Test
    void answersWhoWaitsWhenTheRouteStops() throws Exception {
        holding = true;
        receive("?maxInFlight=1");
        send("", json("1", "mote-1", "humidity"), Map.of());
        await().until(() -> readings.size() == 1);
        CompletableFuture<Object> waiting = sender.asyncRequestBody("ingest:plant", json("2", "mote-1", "humidity"));
        await().until(() -> component.status().get(0).count("unanswered") == 1);

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(this::stopRoute);
        await().until(() -> component.status().isEmpty());
        release.countDown();
        stopping.get(20, TimeUnit.SECONDS);

        // Taken in while the route emptied, or refused: never left without an answer.
        await().until(waiting::isDone);
        long answered = waiting.isCompletedExceptionally() ? 0 : 1;
        assertThat(ledger().received()).isBetween(1 + answered, 2L);
        assertThat(ledger().balanced()).isTrue();
    }

    private void stopRoute() {
        try {
            context.getRouteController().stopRoute("plant");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesASecondRouteThatBeginsWithTheSource() throws Exception {
        receive("");

        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("ingest:plant?maxInFlight=7").to("log:second");
                    }
                }))
                .hasStackTraceContaining("the source 'plant' is received by another route already");
    }

    @Test
    void keepsNothingOfAVolatileSourceButItsCount() throws Exception {
        receive("?volatile=true");

        assertThat(send("", json("1", "mote-1", "humidity"), Map.of()).getHeader("QanatOutcome"))
                .isEqualTo("accepted");

        await().untilAsserted(
                        () -> assertThat(ledger()).isEqualTo(new InputLedger(1, 1, 0, Map.of(), Map.of(), 0, 0, 0)));
        assertThat(store.status().get(0).count("journalBytes")).isZero();
    }
}
