package io.qanat.gateway;

import static io.qanat.gateway.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.qanat.api.InputLedger;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The whole gateway, with a broker and a web server that stand for the cloud: readings have values that stand nowhere
 * else, and no form of them may arrive there or be in the log.
 */
class PrivacyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double CANARY = 48213.0625;

    private static final InputLedger NOTHING_YET = new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0);

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final ByteArrayOutputStream cloud = new ByteArrayOutputStream();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream console = System.err;

    @TempDir
    Path folder;

    private HttpServer web;
    private EmbeddedBroker embedded;
    private MqttClient client;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            arrived(
                    "web " + exchange.getRequestURI()
                            + exchange.getRequestHeaders().entrySet(),
                    exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        web.start();
        embedded = EmbeddedBroker.start(folder);
        client = connected(embedded.broker());
        gateway = Gateway.start(
                home, folder.resolve("gateway"), home.route(), embedded.broker().placeholders(url("/alarms")));
        awaitConnected("mqtt:plant");
    }

    private MqttClient connected(Broker broker) throws Exception {
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        MqttClient connected = new MqttClient(broker.url(), "observer", new MemoryPersistence());
        connected.setCallback(new Observer());
        connected.connect(login);
        // Everything but what the sensors publish themselves.
        connected.subscribe(new String[] {"qanat/v1/alarms/#", "stolen/#"}, new int[] {1, 1});
        return connected;
    }

    private void awaitConnected(String stage) {
        await().atMost(PATIENCE).until(() -> gateway.status(stage)
                .filter(status -> "connected".equals(status.facts().get("connection")))
                .isPresent());
    }

    private String url(String path) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    private void arrived(String where, byte[] bytes) {
        synchronized (cloud) {
            cloud.writeBytes(where.getBytes(StandardCharsets.UTF_8));
            cloud.writeBytes(bytes);
        }
    }

    private String inTheCloud() {
        synchronized (cloud) {
            return cloud.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @AfterEach
    void stop() throws Exception {
        System.setErr(console);
        gateway.close();
        client.disconnect();
        client.close();
        embedded.close();
        web.stop(0);
        console.print(log.toString(StandardCharsets.UTF_8));
    }

    @Test
    void sendsAlarmsOfReadingsAndNoReading() throws Exception {
        publish("qanat/v1/readings/mote-1", 48);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(inTheCloud())
                .as("%s", gateway.ledgers().input())
                .contains("web /alarms", "broker qanat/v1/alarms", "io.qanat.alarm.raised.v1"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(audit())
                .contains("qanat-mqtt://qanat/v1/alarms", url("/alarms"), " alarm ", " sent "));
        noReadingLeft();
    }

    @Test
    void refusesATextThatWouldSendReadings() {
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);

        assertThatThrownBy(() -> loader.load("steal.xml", text("<wireTap uri='http:stolen'/>")))
                .isInstanceOf(RouteException.class)
                .hasMessageContaining("steal.xml:3: raw readings could leave the gateway: qanat-mqtt:second/+ (line 2)"
                        + " -> wireTap http:stolen (line 3), which may be sent alarms only");
        assertThatThrownBy(() -> loader.load(
                        "steal.xml",
                        text("<to uri='qanat-mqtt:stolen?brokerUrl={{mqtt.url}}&amp;username={{mqtt.user}}"
                                + "&amp;password={{mqtt.password}}'/>")))
                .hasMessageContaining("-> qanat-mqtt:stolen (line 3)");
    }

    @Test
    void blocksReadingsWhoseAddressComesWithTheMessage() throws Exception {
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
        loader.load(
                "steal.xml",
                text("<setHeader name='to'><constant>" + url("/stolen") + "</constant></setHeader>"
                        + "<recipientList><header>to</header></recipientList>"));
        awaitConnected("mqtt:second");

        publish("second/mote-1", 3);

        await().atMost(PATIENCE).untilAsserted(() -> {
            InputLedger ledger =
                    Objects.requireNonNull(gateway.ledgers().input().getOrDefault("second", NOTHING_YET), "ledger");
            assertThat(ledger.rejected()).containsKey("data-class");
            assertThat(ledger.balanced()).isTrue();
        });
        assertThat(gateway.status("privacy").orElseThrow().count("blocked")).isPositive();
        assertThat(inTheCloud()).doesNotContain("stolen");
        noReadingLeft();
    }

    private final class Observer implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrived("broker " + topic, message.getPayload());
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverURI) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    private static String text(String steps) {
        return "<routes><route id='second'>\n<from uri='qanat-mqtt:second/+?source=second&amp;brokerUrl={{mqtt.url}}&amp;"
                + "username={{mqtt.user}}&amp;password={{mqtt.password}}'/>\n" + steps + "</route></routes>";
    }

    private void publish(String topic, int readings) throws Exception {
        for (int i = 0; i < readings; i++) {
            client.publish(
                    topic,
                    new MqttMessage(
                            reading("mote-1", i, i % 2 == 0 ? CANARY : 27.9).getBytes(StandardCharsets.UTF_8),
                            1,
                            false,
                            null));
        }
    }

    private String audit() {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            new CommandLine(new AuditCommand())
                    .execute("--data", folder.resolve("gateway").toString(), "--since", "1h");
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void noReadingLeft() throws Exception {
        String logged = log.toString(StandardCharsets.ISO_8859_1);
        Path file = folder.resolve("gateway/audit/audit.jsonl");
        // Where nothing left there is none.
        String audited = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        for (String form : forms()) {
            assertThat(inTheCloud().contains(form)).as("the cloud got " + form).isFalse();
            assertThat(logged.contains(form)).as("the log has " + form).isFalse();
            assertThat(audited.contains(form)).as("the audit log has " + form).isFalse();
        }
    }

    /** How the value may be written. */
    private static List<String> forms() {
        List<String> forms = new ArrayList<>(List.of(String.valueOf(CANARY), String.valueOf((long) CANARY)));
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            byte[] wide = ByteBuffer.allocate(8).order(order).putDouble(CANARY).array();
            byte[] narrow =
                    ByteBuffer.allocate(4).order(order).putFloat((float) CANARY).array();
            for (byte[] bytes : List.of(wide, narrow)) {
                forms.add(new String(bytes, StandardCharsets.ISO_8859_1));
                forms.add(HexFormat.of().formatHex(bytes));
                forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            }
        }
        return forms;
    }
}
