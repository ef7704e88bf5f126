package io.qanat.inference.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.ModelRef;
import io.qanat.api.Outcome;
import io.qanat.api.Reading;
import io.qanat.api.Score;
import io.qanat.api.Window;
import io.qanat.inference.Models;
import io.qanat.inference.Packages;
import io.qanat.inference.ScoringException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OnnxRouteTest {
    private final Models models = new Models();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        models.activate(Packages.shipped());
        context.addComponent("onnx", new OnnxComponent(models));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        models.close();
    }

    private void route(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:windows").to(uri).setProperty("went on", constant(true));
            }
        });
    }

    private Future<Exchange> send(Object body) {
        return context.createFluentProducerTemplate()
                .to("direct:windows")
                .withProcessor(exchange -> exchange.getMessage().setBody(body))
                .asyncSend();
    }

    private static Journey journey() {
        return new Journey(
                new Reading(
                        7,
                        "plant",
                        "mote-1",
                        Packages.START,
                        Packages.START,
                        System.nanoTime(),
                        List.of(new Measurement("humidity", 40, ""))),
                false);
    }

    private static Window nan() {
        float[] values = new float[32];
        Arrays.fill(values, Float.NaN);
        return Packages.window("mote-1", values);
    }

    @Test
    void aWindowBecomesAScore() throws Exception {
        route("onnx:mote-detector");

        Exchange done = send(Packages.windows("mote-1").get(6)).get(30, TimeUnit.SECONDS);

        Score score = done.getMessage().getBody(Score.class);
        assertThat(score.value()).isGreaterThan(score.threshold());
        assertThat(score.model()).isEqualTo(models.active("mote-detector").orElseThrow());
    }

    @Test
    void manyWindowsAreScoredTogether() throws Exception {
        route("onnx:mote-detector?maxBatch=8&maxDelay=60000");

        List<Future<Exchange>> all =
                Packages.windows("mote-1").stream().map(this::send).toList();

        for (Future<Exchange> one : all) {
            assertThat(one.get(30, TimeUnit.SECONDS).getMessage().getBody()).isInstanceOf(Score.class);
        }
        assertThat(models.status().get(0).measure("meanBatchSize")).isEqualTo(8);
    }

    @Test
    void aListOfWindowsBecomesAListOfScores() throws Exception {
        route("onnx:mote-detector");

        Exchange done = send(Packages.windows("mote-1")).get(30, TimeUnit.SECONDS);

        assertThat(done.getMessage().getBody(List.class)).hasSize(8).hasOnlyElementsOfType(Score.class);
    }

    @Test
    void theHeaderGivesThePriority() throws Exception {
        route("onnx:mote-detector?priority=3");
        Window window = Packages.windows("mote-1").get(0);

        Exchange done = context.createProducerTemplate().send("direct:windows", exchange -> {
            exchange.getMessage().setHeader(OnnxEndpoint.PRIORITY, 7);
            exchange.getMessage().setBody(window);
        });

        assertThat(done.getException()).hasMessage("priority is 7: it must be 1, the most urgent, to 3");
    }

    @Test
    void aWindowThatWaitedTooLongIsRejectedInItsJourney() throws Exception {
        route("onnx:mote-detector?maxDelay=60000&timeout=20");
        Journey journey = journey();
        Window window = Packages.windows("mote-1").get(0);

        Exchange done = context.createProducerTemplate().send("direct:windows", exchange -> {
            exchange.setProperty(Journey.PROPERTY, journey);
            exchange.getMessage().setBody(window);
        });

        assertThat(done.getException()).isNull();
        assertThat(journey.settlement()).hasValueSatisfying(settlement -> assertThat(settlement.reason())
                .isEqualTo(ScoringException.TIMEOUT));
    }

    @Test
    void aCancelledExchangeLeavesTheQueue() throws Exception {
        route("onnx:mote-detector?maxDelay=60000&maxBatch=2");
        List<Exchange> waiting = Collections.synchronizedList(new ArrayList<>());
        Window window = Packages.windows("mote-1").get(0);
        Future<Exchange> first = context.createFluentProducerTemplate()
                .to("direct:windows")
                .withProcessor(exchange -> {
                    waiting.add(exchange);
                    exchange.getMessage().setBody(window);
                })
                .asyncSend();
        await().until(() -> models.status().get(0).count("queueDepth") == 1);

        waiting.get(0).setRouteStop(true);
        Future<Exchange> second = send(window);

        assertThat(first.get(30, TimeUnit.SECONDS).getException())
                .hasMessageContaining("left the queue of model mote-detector");
        assertThat(second.get(30, TimeUnit.SECONDS).getMessage().getBody()).isInstanceOf(Score.class);
        assertThat(models.status().get(0).count("windows")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "priority=0 | priority is 0: it must be 1, the most urgent, to 3",
                "onFull=drop | onFull is drop: it must be wait or reject",
                "preferredBatchSizes=8,x | preferredBatchSizes is 8,x: it must be whole numbers separated by commas",
                "preferredBatchSizes=64 | preferredBatchSizes has 64: each must be 1 to maxBatch, which is 32 here",
                "timeout=-1 | timeout is -1: it must be 0 to 3600000",
                "instances=65 | instances is 65: it must be 0 to 64",
                "provider=gpu | provider is gpu: it must be one of cpu, xnnpack",
                "provider=cuda | the execution provider cuda is not in this ONNX Runtime library, which has cpu"
            })
    void anOptionThatMakesNoSenseIsToldByName(String option, String said) {
        assertThatThrownBy(() -> route("onnx:mote-detector?" + option)).hasStackTraceContaining(said);
    }

    @Test
    void aBodyThatIsNoWindowFailsTheExchange() throws Exception {
        route("onnx:mote-detector");

        assertThat(send("17").get().getException())
                .hasMessageContaining("got a body of type java.lang.String: it takes a window or a list of windows");
    }

    @Test
    void aWindowWithoutAFiniteScoreIsRejectedInItsJourney() throws Exception {
        route("onnx:mote-detector");
        Journey journey = journey();

        Exchange done = context.createProducerTemplate().send("direct:windows", exchange -> {
            exchange.setProperty(Journey.PROPERTY, journey);
            exchange.getMessage().setBody(nan());
        });

        assertThat(done.getException()).isNull();
        assertThat(done.getProperty("went on")).isNull();
        assertThat(journey.settlement()).hasValueSatisfying(settlement -> {
            assertThat(settlement.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(settlement.reason()).isEqualTo(ScoringException.NOT_FINITE);
        });
    }

    @Test
    void aWindowThatWaitedTooLongIsDroppedInItsJourney() throws Exception {
        route("onnx:mote-detector?maxBatch=32&maxDelay=60000&timeout=1");
        Journey journey = journey();
        List<Window> windows = Packages.windows("mote-1");

        Future<Exchange> waiting = context.createFluentProducerTemplate()
                .to("direct:windows")
                .withProcessor(exchange -> {
                    exchange.setProperty(Journey.PROPERTY, journey);
                    exchange.getMessage().setBody(windows.get(0));
                })
                .asyncSend();
        await().until(() -> {
            send(windows.get(1));
            return waiting.isDone();
        });

        assertThat(waiting.get().getException()).isNull();
        assertThat(waiting.get().getProperty("went on")).isNull();
        assertThat(journey.settlement()).hasValueSatisfying(settlement -> {
            assertThat(settlement.outcome()).isEqualTo(Outcome.DROPPED);
            assertThat(settlement.reason()).isEqualTo(ScoringException.TIMEOUT);
        });
    }

    @Test
    void aWindowWithoutAFiniteScoreFailsWhereThereIsNoJourney() throws Exception {
        route("onnx:mote-detector");

        assertThat(send(nan()).get().getException()).isInstanceOf(ScoringException.class);
    }

    @Test
    void aRouteWithAnUnknownModelDoesNotStart() {
        assertThatThrownBy(() -> route("onnx:mote-detectr"))
                .rootCause()
                .hasMessageContaining("no model mote-detectr is active, did you mean mote-detector?");
    }

    @Test
    void aStoppedRouteGivesItsBatcherBack() throws Exception {
        route("onnx:mote-detector");
        assertThat(models.status()).hasSize(1);

        context.stop();

        assertThat(models.status()).isEmpty();
        assertThat(models.active("mote-detector")).map(ModelRef::version).contains("1.0.0");
    }
}
