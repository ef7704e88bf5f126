package io.qanat.mqtt.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.api.Reading;
import io.qanat.api.StageStatus;
import io.qanat.ingest.Ingresses;
import io.qanat.mqtt.TestBroker;
import io.qanat.mqtt.TestBroker.Kind;
import io.qanat.mqtt.TestPublisher;
import io.qanat.store.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes with the endpoint, a real broker and a real store. */
class QanatMqttRouteTest {
    private static final byte[] READING =
            """
            {"id":"1","asset":"mote-1","channel":"humidity","value":45.9,"observedAt":"2026-01-01T00:00:00Z"}"""
                    .getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private final CamelContext context = new DefaultCamelContext();
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final TestBroker broker = TestBroker.start(Kind.ARTEMIS);
    private QanatMqttComponent component;
    private SqliteStore store;

    @BeforeEach
    void open() throws Exception {
        store = SqliteStore.open(directory, Clock.systemUTC());
        component = new QanatMqttComponent(new Ingresses(store, Clock.systemUTC()), Clock.systemUTC());
        context.addComponent("qanat-mqtt", component);
        context.start();
    }

    @AfterEach
    void close() throws Exception {
        context.stop();
        store.close();
        broker.close();
    }

    private void route(String from) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from)
                        .process(exchange -> received.add(exchange.getMessage().copy()));
            }
        });
        await().until(() -> !component.status().isEmpty()
                && "connected".equals(status().facts().get("connection")));
    }

    private StageStatus status() {
        return component.status().get(0);
    }

    private static MqttMessage described() {
        MqttProperties properties = new MqttProperties();
        properties.setContentType("application/json");
        properties.setUserProperties(List.of(new UserProperty("line", "7"), new UserProperty("shift", "night")));
        return new MqttMessage(READING, 1, false, properties);
    }

    @Test
    void givesTopicContentTypeAndUserPropertiesAsHeaders() throws Exception {
        route("qanat-mqtt:plant/+/readings?source=plant&brokerUrl=" + broker.url());
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/a/readings", described());
        }

        await().until(() -> received.size() == 1);
        assertThat(received.get(0).getBody()).isInstanceOf(Reading.class);
        assertThat(received.get(0).getHeaders())
                .containsEntry("QanatAsset", "mote-1")
                .containsEntry("QanatMqttReceivedTopic", "plant/a/readings")
                .containsEntry("QanatMqttReceivedContentType", "application/json")
                .containsEntry("QanatMqttUserProperties", Map.of("line", "7", "shift", "night"));
    }

    @Test
    void keepsNothingOfAVolatileSourceButItsCount() throws Exception {
        route("qanat-mqtt:plant/+/readings?source=plant&volatile=true&brokerUrl=" + broker.url());
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/a/readings", READING);
            publisher.publish("plant/a/readings", READING);
        }

        await().until(() -> store.input().containsKey("plant"));
        await().untilAsserted(() -> assertThat(store.input().get("plant"))
                .isEqualTo(new InputLedger(1, 1, 0, Map.of(), Map.of(), 0, 1, 0)));
        assertThat(received).hasSize(1);
        assertThat(store.status().get(0).count("journalBytes")).isZero();
    }

    @Test
    void givesNoHeadersForWhatThePublisherDidNotSay() throws Exception {
        route("qanat-mqtt:plant/+/readings?source=plant&brokerUrl=" + broker.url());
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/a/readings", READING);
        }

        await().until(() -> received.size() == 1);
        assertThat(received.get(0).getHeaders()).containsOnlyKeys("QanatAsset", "QanatMqttReceivedTopic");
    }

    @Test
    void givesMessagesThatAreNoReadingsAsTheyAre() throws Exception {
        route("qanat-mqtt:plant/commands?source=commands&payload=bytes&brokerUrl=" + broker.url());
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/commands", "open the gate".getBytes(StandardCharsets.UTF_8));
        }

        await().until(() -> received.size() == 1);
        assertThat(received.get(0).getBody(String.class)).isEqualTo("open the gate");
        await().untilAsserted(() -> assertThat(status().count("acknowledged")).isEqualTo(1));
        assertThat(store.input()).doesNotContainKey("commands");
    }

    @Test
    void goesOnAfterAMessageWhoseRouteFails() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("qanat-mqtt:plant/commands?source=commands&payload=bytes&brokerUrl=" + broker.url())
                        .filter(body().isEqualTo("bad"))
                        .throwException(new IllegalStateException("for the test"))
                        .end()
                        .process(exchange -> received.add(exchange.getMessage().copy()));
            }
        });
        await().until(() -> "connected".equals(status().facts().get("connection")));
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/commands", "bad".getBytes(StandardCharsets.UTF_8));
            publisher.publish("plant/commands", "good".getBytes(StandardCharsets.UTF_8));
        }

        await().until(() -> received.size() == 1);
        assertThat(received.get(0).getBody(String.class)).isEqualTo("good");
        await().untilAsserted(() -> assertThat(status().count("acknowledged")).isEqualTo(2));
        assertThat(status().count("routeFailures")).isEqualTo(1);
    }

    @Test
    void takesSeveralFiltersAndASharedOneFromTheUri() throws Exception {
        route("qanat-mqtt:plant/a/+,$share/gateways/plant/b/#?source=plant&brokerUrl=" + broker.url());
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish("plant/a/1", READING);
            publisher.publish(
                    "plant/b/1/2",
                    new String(READING, StandardCharsets.UTF_8)
                            .replace("\"1\"", "\"2\"")
                            .getBytes(StandardCharsets.UTF_8));
        }

        await().until(() -> received.size() == 2);
    }

    @Test
    void publishesToTheHeadersTopicAndSaysItsState() throws Exception {
        route("qanat-mqtt:plant/out?source=plant&brokerUrl=" + broker.url());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:out").to("qanat-mqtt:elsewhere?clientId=out&brokerUrl=" + broker.url());
            }
        });
        await().until(() -> component.status().stream()
                .filter(status -> status.stage().equals("mqtt:to:elsewhere"))
                .anyMatch(status -> "connected".equals(status.facts().get("connection"))));

        context.createProducerTemplate().sendBodyAndHeader("direct:out", READING, "QanatMqttTopic", "plant/out");

        await().until(() -> received.size() == 1);
    }
}
