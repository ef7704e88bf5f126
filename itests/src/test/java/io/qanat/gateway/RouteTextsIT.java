package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped texts, and route texts on the command line. */
class RouteTextsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void theTwinsInXmlAndYamlGiveTheSameAlarms() throws Exception {
        InputLedger xml = ledger("xml");
        InputLedger yaml = ledger("yaml");

        assertThat(xml.alarmed()).isPositive();
        assertThat(yaml.alarmed()).isEqualTo(xml.alarmed());
        assertThat(yaml.normal()).isEqualTo(xml.normal());
    }

    /** Of the gateway with one of the twins, after 32 usual and 32 unusual readings, of which 12 wait for their window. */
    private InputLedger ledger(String language) throws Exception {
        Path data = Files.createDirectories(folder.resolve(language));
        try (EmbeddedBroker embedded = EmbeddedBroker.start(data);
                Gateway gateway = Gateway.start(
                        home,
                        data.resolve("gateway"),
                        home.root().resolve("routes/readings-to-alarms." + language),
                        embedded.broker().placeholders("http://127.0.0.1:9/alarms"))) {
            await().atMost(PATIENCE).until(() -> gateway.status("mqtt:plant")
                    .filter(status -> "connected".equals(status.facts().get("connection")))
                    .isPresent());
            publish(embedded.broker());
            await().atMost(PATIENCE).until(() -> settled(gateway) == 52);
            return Objects.requireNonNull(gateway.ledgers().input().get("plant"));
        }
    }

    private static long settled(Gateway gateway) {
        InputLedger plant = gateway.ledgers().input().get("plant");
        return plant == null ? 0 : plant.normal() + plant.alarmed();
    }

    private static void publish(Broker broker) throws Exception {
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        MqttClient sensor = new MqttClient(broker.url(), "sensor", new MemoryPersistence());
        sensor.connect(login);
        for (int i = 0; i < 64; i++) {
            byte[] reading = Readings.reading("mote-1", i, i < 32 ? 27.9 : 80).getBytes(StandardCharsets.UTF_8);
            sensor.publish("qanat/v1/readings/mote-1", reading, 1, false);
        }
        sensor.disconnect();
        sensor.close();
    }

    @Test
    void checksTextsWithoutAGateway() throws Exception {
        String text = Files.readString(home.root().resolve("routes/readings-to-alarms.yaml"));
        Path wrong = Files.writeString(
                folder.resolve("wrong.yaml"),
                text.replace("maxBatch", "maxBach").replace("mote-detector", "mote-detecter"));

        Process check = start(
                "check",
                "route",
                "--data=" + folder.resolve("none"),
                "check",
                home.root().resolve("routes/readings-to-alarms.xml").toString(),
                wrong.toString());

        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(folder.resolve("check.log"));
        assertThat(check.exitValue()).as(output).isEqualTo(1);
        assertThat(output)
                .contains("readings-to-alarms.xml: no mistake found")
                .contains(
                        wrong + ":17:11: the model 'mote-detecter' is not on the gateway: did you mean mote-detector?")
                .contains(wrong + ":17:34: unknown option 'maxBach' of onnx: did you mean maxBatch?");
    }

    private Process start(String log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dqanat.home=" + home.root(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log + ".log").toFile())
                .start();
        started.add(process);
        return process;
    }
}
