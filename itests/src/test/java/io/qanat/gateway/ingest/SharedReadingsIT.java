package io.qanat.gateway.ingest;

import static io.qanat.gateway.ingest.Gateways.identities;
import static io.qanat.gateway.ingest.Gateways.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qanat.api.Identity;
import io.qanat.faults.BrokerProcess;
import io.qanat.gateway.BrokerOptions.Broker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two gateway processes with the example route share the readings of one broker. */
@Timeout(120)
class SharedReadingsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Path MOSQUITTO = Path.of("/usr/sbin/mosquitto");
    private static final int READINGS = 400;

    @TempDir
    Path folder;

    @Test
    void eachReadingIsTakenByOneGatewayAndNoneIsLostWhenOneIsKilledAtArtemis() throws Exception {
        try (BrokerProcess artemis = new BrokerProcess(folder.resolve("artemis"))) {
            artemis.start();
            shareAndKill(artemis.broker());
        }
    }

    @Test
    void eachReadingIsTakenByOneGatewayAndNoneIsLostWhenOneIsKilledAtMosquitto() throws Exception {
        assumeTrue(Files.isExecutable(MOSQUITTO), "mosquitto is not installed at " + MOSQUITTO);
        int port = Gateways.freePort();
        Path configuration = folder.resolve("mosquitto.conf");
        Files.writeString(
                configuration, "listener " + port + " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n");
        Process mosquitto = new ProcessBuilder(MOSQUITTO.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mosquitto.log").toFile())
                .start();
        try {
            shareAndKill(new Broker("tcp://127.0.0.1:" + port, "anybody", "anything"));
        } finally {
            mosquitto.destroyForcibly().waitFor();
        }
    }

    private Gateways gateway(String name, Broker broker) throws Exception {
        Gateways gateway = new Gateways(
                folder.resolve(name),
                "shared-readings-to-alarms.xml",
                "shared",
                broker,
                List.of(),
                Map.of("mqtt.client", name));
        start(gateway);
        return gateway;
    }

    private static void start(Gateways gateway) throws Exception {
        gateway.start();
        await().atMost(PATIENCE).until(() -> gateway.says("mqtt:shared", "connection", "connected"));
    }

    private void shareAndKill(Broker broker) throws Exception {
        try (Gateways first = gateway("first", broker);
                Gateways second = gateway("second", broker);
                Sensor sensor = new Sensor(broker)) {
            sensor.publish(0, READINGS);
            await().atMost(PATIENCE).until(() -> first.count("received") + second.count("received") == READINGS);
            assertThat(first.count("received")).isPositive();
            assertThat(second.count("received")).isPositive();
            assertThat(first.balanced() && second.balanced()).isTrue();

            sensor.publish(READINGS, READINGS + READINGS / 2);
            first.kill();
            sensor.publish(READINGS + READINGS / 2, 2 * READINGS);
            start(first);

            Set<Identity> all = identities("shared", "mote-1", 0, 2 * READINGS);
            await().atMost(PATIENCE).until(() -> takenBy(first, second).equals(all));
            await().atMost(PATIENCE).until(() -> first.balanced() && second.balanced());
        }
    }

    private static Set<Identity> takenBy(Gateways first, Gateways second) throws Exception {
        Set<Identity> taken = new HashSet<>(first.accepted());
        taken.addAll(second.accepted());
        return taken;
    }

    /** Publishes with QoS 1, one message after the other. */
    private static final class Sensor implements AutoCloseable {
        private final MqttClient client;

        Sensor(Broker broker) throws Exception {
            client = new MqttClient(broker.url(), "sensor", new MemoryPersistence());
            MqttConnectionOptions login = new MqttConnectionOptions();
            login.setUserName(broker.user());
            login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
            client.connect(login);
        }

        void publish(int from, int to) throws Exception {
            for (int number = from; number < to; number++) {
                byte[] payload = reading("mote-1", number).getBytes(StandardCharsets.UTF_8);
                client.publish("qanat/v1/readings/mote-1", payload, 1, false);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                client.disconnect();
                client.close();
            } catch (org.eclipse.paho.mqttv5.common.MqttException e) {
                throw new IOException(e);
            }
        }
    }
}
