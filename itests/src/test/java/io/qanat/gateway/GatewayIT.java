package io.qanat.gateway;

import static io.qanat.gateway.Readings.channel;
import static io.qanat.gateway.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRepository;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundles, the shipped route text and the shipped model in a framework, with a real broker. */
class GatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    private EmbeddedBroker embedded;
    private MqttClient sensor;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        embedded = EmbeddedBroker.start(folder);
        Broker broker = embedded.broker();
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        sensor = new MqttClient(broker.url(), "sensor", new MemoryPersistence());
        sensor.connect(login);
        gateway = startGateway();
    }

    private Gateway startGateway() throws Exception {
        Broker broker = embedded.broker();
        Gateway started = Gateway.start(
                home, folder.resolve("gateway"), home.route(), broker.placeholders("http://127.0.0.1:9/alarms"));
        await().atMost(PATIENCE).until(() -> started.status("mqtt:plant")
                .filter(status -> "connected".equals(status.facts().get("connection")))
                .isPresent());
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        sensor.disconnect();
        sensor.close();
        embedded.close();
    }

    private void publish(String payload) throws Exception {
        sensor.publish("qanat/v1/readings/mote-1", payload.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    private InputLedger ledger() {
        return gateway.ledgers().input().getOrDefault("plant", new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    private void publishReadings(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            publish(reading(i));
        }
    }

    @Test
    void countsBadInputByReasonAndGoesOn() throws Exception {
        publish("");
        publish("{");
        publish("x".repeat(1_000_000));
        publish(channel(1, "humidity", "NaN"));
        publish(channel(1, "humidity", "1").replace("\"value\":1,", ""));
        publish(channel(1, "humidity", "1").replace("\"value\":1,", "\"value\":1,\"unit\":5,"));
        publish(channel(1000, "pressure", "1"));
        publish(channel(1001, "humidity", "1"));
        publishReadings(0, 16);
        publish(reading(0));
        publish(reading(0).replace("\"id\":\"0\"", "\"id\":\"old\""));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ledger().rejected())
                .isEqualTo(Map.of(
                        "empty", 1L,
                        "malformed", 1L,
                        "too-large", 1L,
                        "not-a-number", 1L,
                        "missing-field", 1L,
                        "wrong-type", 1L,
                        "unknown-channel", 1L,
                        "missing-channel", 1L,
                        "late", 1L)));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(ledger().redelivered()).isEqualTo(1);
            assertThat(ledger().received()).isEqualTo(16 + 9);
            assertThat(ledger().normal()).isEqualTo(4);
        });
        assertThat(ledger().balanced()).isTrue();
    }

    @Test
    void keepsTheRunningRoutesWhenATextHasAMistake() throws Exception {
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
        String wrong = Files.readString(home.route()).replace("maxBatch", "maxBach");
        int line = 1
                + (int) wrong.substring(0, wrong.indexOf("maxBach"))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();

        assertThatThrownBy(() -> loader.load("readings-to-alarms.xml", wrong))
                .isInstanceOf(RouteException.class)
                .hasMessageContaining("readings-to-alarms.xml:" + line + ":")
                .hasMessageContaining("maxBatch");
        publishReadings(0, 16);
        await().atMost(PATIENCE).until(() -> ledger().normal() == 4);
    }

    @Test
    void keepsTheActiveModelWhenAPackageIsBroken() throws Exception {
        ModelRepository models = gateway.framework().service(ModelRepository.class, PATIENCE);
        Path shipped = home.models().resolve("mote-detector/1.0.0");
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.createDirectories(broken.resolve("golden"));
        for (String file : new String[] {"model.json", "model.onnx", "model.int8.onnx", "golden/samples.json"}) {
            Files.copy(shipped.resolve(file), broken.resolve(file));
        }
        byte[] whole = Files.readAllBytes(broken.resolve("model.int8.onnx"));
        Files.write(broken.resolve("model.int8.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> models.activate(broken))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.int8.onnx");
        assertThat(models.active("mote-detector"))
                .hasValueSatisfying(active -> assertThat(active.version()).isEqualTo("1.0.0"));
        publishReadings(0, 16);
        await().atMost(PATIENCE).until(() -> ledger().normal() == 4);
    }
}
