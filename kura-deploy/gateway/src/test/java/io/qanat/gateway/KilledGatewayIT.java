package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway process that is killed with SIGKILL while readings are on their way. */
class KilledGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READINGS = 2000;
    private static final String WEBHOOK = "http://127.0.0.1:9/alarms";

    private final Home home = new Home(Path.of("../..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    /**
     * What the gateway has acknowledged the broker no longer has. So the restarted gateway can reach the full count only
     * when it finds every acknowledged reading in its own store.
     */
    @Test
    void findsEveryAcknowledgedReadingAfterKillMinusNine() throws Exception {
        Path data = folder.resolve("gateway");
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder)) {
            Broker broker = embedded.broker();
            Process process = startProcess(broker, data);
            publish(broker, 0, READINGS / 2, process);
            publish(broker, READINGS / 2, READINGS, null);

            try (Gateway gateway = Gateway.start(
                    home,
                    data,
                    home.route(),
                    Map.of(
                            "mqtt.url", broker.url(),
                            "mqtt.user", broker.user(),
                            "mqtt.password", broker.password(),
                            "webhook.url", WEBHOOK))) {
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(ledger(gateway).received()).isEqualTo(READINGS));
                await().atMost(PATIENCE).until(() -> ledger(gateway).open() < 16);
                gateway.partialWindows().closeUnscored().get();
                InputLedger ledger = ledger(gateway);
                assertThat(ledger.balanced()).isTrue();
                assertThat(ledger.open()).isZero();
                assertThat(ledger.rejected()).isEmpty();
                assertThat(ledger.normal() + ledger.alarmed()).isEqualTo(READINGS);
            }
        }
    }

    private static InputLedger ledger(Gateway gateway) {
        return gateway.ledgers().input().getOrDefault("plant", new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    /** The gateway as its own process; returns once it has subscribed, so that nothing is published into the void. */
    private Process startProcess(Broker broker, Path data) throws Exception {
        Path log = folder.resolve("gateway.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dqanat.home=" + home.root(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        Main.class.getName(),
                        "run",
                        "--broker=" + broker.url(),
                        "--user=" + broker.user(),
                        "--password=" + broker.password(),
                        "--data=" + data,
                        "--webhook=" + WEBHOOK)
                .redirectErrorStream(true)
                .redirectOutput(new File(log.toString()))
                .start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Files.readString(log)).contains("as qanat-plant"));
        return process;
    }

    /** Publishes one after the other; the process, if one is given, is killed after the last, with no time to finish. */
    private static void publish(Broker broker, int from, int to, @org.jspecify.annotations.Nullable Process killed)
            throws Exception {
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        MqttClient sensor = new MqttClient(broker.url(), "sensor", new MemoryPersistence());
        sensor.connect(login);
        for (int i = from; i < to; i++) {
            sensor.publish("qanat/v1/readings/mote-1", Readings.reading(i).getBytes(StandardCharsets.UTF_8), 1, false);
        }
        if (killed != null) {
            killed.destroyForcibly().waitFor();
        }
        sensor.disconnect();
        sensor.close();
    }
}
