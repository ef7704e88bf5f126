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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
