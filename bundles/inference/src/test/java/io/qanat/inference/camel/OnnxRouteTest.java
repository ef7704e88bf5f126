package io.qanat.inference.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
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
    void aBodyThatIsNoWindowFailsTheExchange() throws Exception {
        route("onnx:mote-detector");

        assertThat(send("17").get().getException())
                .hasMessageContaining("got a body of type java.lang.String: it takes a window and nothing else");
    }

    @Test
    void aWindowWithoutAFiniteScoreIsRejectedInItsJourney() throws Exception {
        route("onnx:mote-detector");
        Journey journey = new Journey(
                new Reading(
                        7,
                        "plant",
                        "mote-1",
                        Packages.START,
                        Packages.START,
                        System.nanoTime(),
                        List.of(new Measurement("humidity", 40, ""))),
                false);

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
