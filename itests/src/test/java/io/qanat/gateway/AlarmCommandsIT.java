package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.RouteLoader;
import io.qanat.faults.Motes;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.control.ControlClient;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Receivers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The shipped routes, a real broker and a web hook: what a person does to an alarm reaches the cloud. */
class AlarmCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    @Test
    void anAcknowledgementReachesBothEndpoints() throws Exception {
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder);
                Receivers receivers = Receivers.start(embedded.broker());
                Gateway gateway = start(embedded.broker(), receivers)) {
            RouteLoader routes = gateway.framework().service(RouteLoader.class, PATIENCE);
            Path text = home.root().resolve("routes/alarm-commands.xml");
            assertThat(routes.load("alarm-commands.xml", Files.readString(text)))
                    .containsExactlyInAnyOrder("alarm-changes", "alarm-commands");
            ControlClient control = new ControlClient(folder.resolve("gateway"));
            String id = anAlarm(embedded.broker(), control);

            JsonNode done = control.call("alarm.command", command("acknowledge", id));

            assertThat(done.path("alarm").asText()).isEqualTo(id);
            assertThat(done.path("told").asBoolean()).isTrue();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(receivers.httpIds()).contains(id + "/updated/c1");
                assertThat(receivers.mqttIds()).contains(id + "/updated/c1");
            });
            assertThatThrownBy(() -> control.call("alarm.command", command("acknowledge", id)))
                    .hasMessageContaining("was acknowledged by anna");
            assertThat(gateway.status("alarm-command")).isPresent();
        }
    }

    @Test
    void aSignedCommandOverMqttIsCarriedOutAndAnsweredAndARepetitionRefused() throws Exception {
        Path key = operator("anna");
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder);
                Receivers receivers = Receivers.start(embedded.broker());
                Gateway gateway = start(embedded.broker(), receivers)) {
            gateway.framework()
                    .service(RouteLoader.class, PATIENCE)
                    .load("alarm-commands.xml", Files.readString(home.root().resolve("routes/alarm-commands.xml")));
            String id = anAlarm(embedded.broker(), new ControlClient(folder.resolve("gateway")));
            String command = token("anna", key, id);

            List<String> answers = new CopyOnWriteArrayList<>();
            MqttClient client = client(embedded.broker(), answers);
            client.publish("qanat/v1/commands/alarms", command.getBytes(StandardCharsets.UTF_8), 1, false);
            await().atMost(PATIENCE).until(() -> answers.size() == 1);
            client.publish("qanat/v1/commands/alarms", command.getBytes(StandardCharsets.UTF_8), 1, false);
            await().atMost(PATIENCE).until(() -> answers.size() == 2);
            client.disconnect();
            client.close();

            assertThat(answers.get(0)).contains("\"result\":\"done\"").contains(id);
            assertThat(answers.get(1)).contains("\"reason\":\"replayed\"");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(receivers.httpIds()).contains(id + "/updated/c1"));
        }
    }

    /** An operator whose public key is on the gateway. */
    private Path operator(String name) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path operators = Files.createDirectories(folder.resolve("gateway/operators"));
        Files.writeString(
                operators.resolve(name + ".pem"), pem("PUBLIC", pair.getPublic().getEncoded()));
        Files.writeString(operators.resolve(name + ".properties"), "commands=acknowledge\nalarms=mote-anomaly/*\n");
        return Files.writeString(
                folder.resolve(name + ".key"), pem("PRIVATE", pair.getPrivate().getEncoded()));
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN " + kind + " KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END "
                + kind + " KEY-----\n";
    }

    /** As the command line makes it. */
    private static String token(String operator, Path key, String alarm) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            new CommandLine(new AlarmTokenCommand())
                    .execute(
                            "--operator",
                            operator,
                            "--key",
                            key.toString(),
                            "--command",
                            "acknowledge",
                            "--alarm",
                            alarm);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    private static MqttClient client(Broker broker, List<String> answers) throws Exception {
        MqttClient client = new MqttClient(broker.url(), "operator", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(broker.user());
        options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        client.connect(options);
        client.subscribe(
                new MqttSubscription[] {new MqttSubscription("qanat/v1/commands/alarms/answers", 1)},
                new IMqttMessageListener[] {
                    (topic, message) -> answers.add(new String(message.getPayload(), StandardCharsets.UTF_8))
                });
        return client;
    }

    private Gateway start(Broker broker, Receivers receivers) throws Exception {
        Gateway gateway =
                Gateway.start(home, folder.resolve("gateway"), home.route(), broker.placeholders(receivers.webhook()));
        await().atMost(PATIENCE).until(() -> gateway.status("mqtt:plant")
                .filter(status -> "connected".equals(status.facts().get("connection")))
                .isPresent());
        return gateway;
    }

    private static String anAlarm(Broker broker, ControlClient control) throws Exception {
        Motes motes = new Motes(broker);
        motes.start();
        try {
            return await().atMost(PATIENCE)
                    .until(() -> listed(control), Optional::isPresent)
                    .orElseThrow();
        } finally {
            motes.stop();
        }
    }

    private static Optional<String> listed(ControlClient control) throws Exception {
        return StreamSupport.stream(control.call("alarm.list", Map.of()).spliterator(), false)
                .filter(alarm -> alarm.path("told").asBoolean())
                .map(alarm -> alarm.path("id").asText())
                .findFirst();
    }

    private static Map<String, String> command(String command, String alarm) {
        return Map.of("command", command, "alarm", alarm, "by", "anna", "comment", "on my way");
    }
}
