package io.qanat.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Receipt;
import io.qanat.api.StageStatus;
import io.qanat.mqtt.TestBroker.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that say connected and deliver nothing. */
class WatchdogTest {
    private static final Map<Kind, TestBroker> SHARED = new EnumMap<>(Kind.class);

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private String name = "";

    @BeforeEach
    void nameTopicAndClientAfterTheTest(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size() - 1; i >= 0; i--) {
            toClose.get(i).close();
        }
    }

    @AfterAll
    static void stopSharedBrokers() {
        SHARED.values().forEach(TestBroker::close);
        SHARED.clear();
    }

    private static TestBroker shared(Kind kind) {
        return SHARED.computeIfAbsent(kind, TestBroker::start);
    }

    private TcpRelay relay(TestBroker broker) throws IOException {
        TcpRelay relay = TcpRelay.to(broker.port());
        toClose.add(relay);
        return relay;
    }

    private MqttConnection subscribing(String url, int keepAliveSeconds, int watchdogSeconds) {
        MqttConnection connection = MqttConnection.subscribing(
                TestConfig.watching(url, name, keepAliveSeconds, watchdogSeconds),
                List.of(name),
                (delivery, payload) -> {
                    received.add(new String(payload, StandardCharsets.UTF_8));
                    delivery.acknowledge(Receipt.ACCEPTED);
                },
                Clock.systemUTC());
        toClose.add(connection);
        connection.start();
        return connection;
    }

    private static long count(MqttConnection connection, String figure) {
        return new StageStatus("mqtt", connection.figures(), Map.of()).count(figure);
    }

    private void publish(TestBroker broker, String text) throws Exception {
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publish(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void renewsASubscriptionThatTheBrokerHasLost(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TcpRelay relay = relay(broker);
        MqttConnection connection = subscribing(relay.url(), 30, 1);
        await().until(connection::isConnected);
        publish(broker, "before");
        await().until(() -> received.contains("before"));

        relay.inject(unsubscribe(name));

        await().pollInterval(Duration.ofMillis(500)).until(() -> {
            publish(broker, "after");
            return received.contains("after");
        });
        assertThat(count(connection, "resubscribes")).isPositive();
        assertThat(count(connection, "connects")).isEqualTo(1);
    }

    /** An UNSUBSCRIBE packet of MQTT 5: type and flags, length, packet id, no properties, the filter. */
    private static byte[] unsubscribe(String filter) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeShort(65000);
            out.writeByte(0);
            out.writeUTF(filter);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0xA2);
        packet.write(body.size());
        packet.write(body.toByteArray());
        return packet.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void makesAConnectionAnewOnWhichMessagesDoNotComeThrough(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TcpRelay relay = relay(broker);
        MqttConnection connection = subscribing(relay.url(), 30, 1);
        await().until(connection::isConnected);

        relay.swallow(TcpRelay.PUBLISH);
        publish(broker, "swallowed");
        await().until(() -> "silent".equals(connection.facts().get("lastError")));
        relay.swallow(0);

        await().untilAsserted(() -> assertThat(received).containsExactly("swallowed"));
        assertThat(count(connection, "watchdogReconnects")).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void triesAgainWhenItsSubscriptionIsNotAnswered(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TcpRelay relay = relay(broker);
        relay.swallow(TcpRelay.SUBACK);
        MqttConnection connection = subscribing(relay.url(), 30, 0);
        await().until(() -> "no-answer".equals(connection.facts().get("lastError")));
        assertThat(connection.isConnected()).isFalse();
        assertThat(connection.facts().get("lastErrorText")).contains("no answer to its subscription");

        relay.swallow(0);
        await().until(connection::isConnected);
        publish(broker, "a");

        await().untilAsserted(() -> assertThat(received).contains("a"));
    }

    @ParameterizedTest
    @EnumSource
    void aQuietConnectionStaysAndItsProbesAreNoReadings(Kind kind) throws Exception {
        MqttConnection connection = subscribing(shared(kind).url(), 30, 1);

        await().until(() -> count(connection, "resubscribes") >= 3);

        assertThat(count(connection, "connects")).isEqualTo(1);
        assertThat(received).isEmpty();
        assertThat(count(connection, "messages")).isZero();
    }

    @Test
    void aClientWithoutTheRightToProbeStaysConnected(@TempDir Path folder) throws Exception {
        Path rights = Files.writeString(folder.resolve("acl"), "topic readwrite " + name + "\n");
        TestBroker broker = TestBroker.start(Kind.MOSQUITTO, "acl_file " + rights);
        toClose.add(broker);
        MqttConnection connection = subscribing(broker.url(), 30, 1);

        await().until(() -> count(connection, "resubscribes") >= 4);

        // Mosquitto 2.0.11 closes a connection whose message it has refused: once, since the probe is given up.
        assertThat(count(connection, "connects")).isBetween(1L, 2L);
        publish(broker, "a");
        await().untilAsserted(() -> assertThat(received).containsExactly("a"));
    }

    @ParameterizedTest
    @EnumSource
    void halfOpenTcpIsNoticedByTheKeepAliveAndNothingIsLost(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TcpRelay relay = relay(broker);
        MqttConnection connection = subscribing(relay.url(), 1, 0);
        await().until(connection::isConnected);

        relay.silence();
        publish(broker, "unheard");
        await().until(() -> !connection.isConnected());
        relay.replaceRouter();

        await().untilAsserted(() -> assertThat(received).contains("unheard"));
        await().until(() -> count(connection, "reconnects") > 0);
    }
}
