package io.qanat.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Delivery;
import io.qanat.api.Receipt;
import io.qanat.mqtt.TestBroker.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection against real brokers that are killed, restarted and told to refuse. */
class MqttConnectionTest {
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

    private TestBroker own(Kind kind, String... options) {
        return closing(TestBroker.start(kind, options));
    }

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.add(resource);
        return resource;
    }

    private MqttConnection subscribing(TestBroker broker) {
        MqttConnection connection = closing(MqttConnection.subscribing(
                TestConfig.to(broker.url(), name), List.of(name), this::receive, Clock.systemUTC()));
        connection.start();
        return connection;
    }

    private void receive(Delivery delivery, byte[] payload) {
        received.add(new String(payload, StandardCharsets.UTF_8));
        delivery.acknowledge(Receipt.ACCEPTED);
    }

    private MqttConnection publishing(TestBroker broker) {
        MqttConnection connection =
                closing(MqttConnection.publishing(TestConfig.to(broker.url(), name + "-out"), Clock.systemUTC()));
        connection.start();
        return connection;
    }

    private static void awaitConnected(MqttConnection connection) {
        await().atMost(Duration.ofSeconds(30)).until(connection::isConnected);
    }

    private void publish(TestBroker broker, String... texts) throws Exception {
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            for (String text : texts) {
                publisher.publish(name, text.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void aDurableSessionWithABacklogLosesNothing(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        MqttConnection first = subscribing(broker);
        awaitConnected(first);
        first.close();
        String[] backlog = IntStream.range(0, 200).mapToObj(String::valueOf).toArray(String[]::new);
        publish(broker, backlog);

        subscribing(broker);

        await().untilAsserted(() -> assertThat(received).containsExactly(backlog));
    }

    @ParameterizedTest
    @EnumSource
    void closeKeepsTheSessionAndWhatIsNotAcknowledged(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        List<String> ignored = new CopyOnWriteArrayList<>();
        MqttConnection first = MqttConnection.subscribing(
                TestConfig.to(broker.url(), name),
                List.of(name),
                (delivery, payload) -> ignored.add(new String(payload, StandardCharsets.UTF_8)),
                Clock.systemUTC());
        first.start();
        awaitConnected(first);
        publish(broker, "a", "b");
        await().untilAsserted(() -> assertThat(ignored).containsExactly("a", "b"));
        first.close();
        assertThat(first.facts()).containsEntry("connection", "closed");

        subscribing(broker);

        await().untilAsserted(() -> assertThat(received).containsExactly("a", "b"));
    }

    @ParameterizedTest
    @EnumSource
    void connectsOnceTheBrokerIsThere(Kind kind) throws Exception {
        TestBroker broker = own(kind);
        broker.stop();
        MqttConnection connection = subscribing(broker);
        await().until(() -> "unreachable".equals(connection.facts().get("lastError")));
        assertThat(connection.facts().get("lastErrorText")).contains(broker.url(), "is the broker running");

        broker.start();

        awaitConnected(connection);
        publish(broker, "a");
        await().untilAsserted(() -> assertThat(received).containsExactly("a"));
    }

    @ParameterizedTest
    @EnumSource
    void comesBackAfterTheBrokerWasKilledWithItsSession(Kind kind) throws Exception {
        TestBroker broker = own(kind);
        MqttConnection connection = subscribing(broker);
        awaitConnected(connection);
        publish(broker, "a");
        await().untilAsserted(() -> assertThat(received).containsExactly("a"));
        broker.kill();
        await().until(() -> !connection.isConnected());

        broker.start();
        publish(broker, "b"); // perhaps before the connection is back: the broker has kept its session

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(received).contains("b"));
        // A durable session delivers before the connection counts itself as made.
        await().untilAsserted(() -> assertThat(connection.figures())
                .containsEntry("sessionsLost", 0L)
                .containsEntry("connects", 2L));
    }

    @ParameterizedTest
    @EnumSource
    void subscribesAnewWhenTheBrokerHasLostTheSession(Kind kind) throws Exception {
        TestBroker broker = own(kind);
        MqttConnection connection = subscribing(broker);
        awaitConnected(connection);
        broker.kill();
        await().until(() -> !connection.isConnected());
        broker.forget();
        broker.start();
        awaitConnected(connection);

        publish(broker, "b");

        await().untilAsserted(() -> assertThat(received).containsExactly("b"));
        assertThat(connection.figures()).containsEntry("sessionsLost", 1L);
    }

    @Test
    void saysThatTheBrokerDoesNotGrantTheSubscription() {
        TestBroker broker = own(Kind.ARTEMIS, "login=sensor:secret");
        MqttConfig config = new MqttConfig(
                broker.url(), name, "sensor", "secret", TlsFiles.NONE, Optional.empty(), 10, 600, 30, 2, 0);
        MqttConnection connection =
                closing(MqttConnection.subscribing(config, List.of(name), this::receive, Clock.systemUTC()));
        connection.start();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> "subscription-refused".equals(connection.facts().get("lastError")));
        assertThat(connection.facts().get("lastErrorText")).contains(name, "check the user's rights");
        assertThat(connection.isConnected()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheLoginIsRefused(Kind kind, @TempDir Path folder) throws Exception {
        Path passwords = Files.writeString(folder.resolve("passwords"), "");
        TestBroker broker = kind == Kind.ARTEMIS
                ? own(kind, "login=sensor:secret")
                : own(kind, "allow_anonymous false", "password_file " + passwords);
        MqttConfig config = new MqttConfig(
                broker.url(), name, "sensor", "wrong-password", TlsFiles.NONE, Optional.empty(), 10, 600, 30, 2, 0);
        MqttConnection connection =
                closing(MqttConnection.subscribing(config, List.of(name), this::receive, Clock.systemUTC()));
        connection.start();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> "login-refused".equals(connection.facts().get("lastError")));
        assertThat(connection.facts().get("lastErrorText"))
                .contains("check username, password")
                .doesNotContain("wrong-password");
    }

    @ParameterizedTest
    @EnumSource
    void anotherClientWithTheSameIdIsNamed(Kind kind) {
        TestBroker broker = shared(kind);
        MqttConnection first = subscribing(broker);
        awaitConnected(first);

        subscribing(broker);

        // Mosquitto 2.0 only closes the connection; Artemis says why.
        String expected = kind == Kind.ARTEMIS ? "taken-over" : "unstable";
        await().atMost(Duration.ofSeconds(30))
                .until(() -> expected.equals(first.facts().get("lastError")));
        assertThat(first.facts().get("lastErrorText"))
                .containsPattern("client ?[iI]d")
                .contains(name);
    }

    @ParameterizedTest
    @EnumSource
    void publishFailsClearlyWhileTheBrokerIsAway(Kind kind) {
        TestBroker broker = own(kind);
        MqttConnection connection = publishing(broker);
        awaitConnected(connection);
        assertThat(connection.publish("t", bytes("a"), "text/plain")).succeedsWithin(Duration.ofSeconds(10));

        broker.kill();
        await().until(() -> !connection.isConnected());

        await().untilAsserted(() -> assertThatThrownBy(
                        () -> connection.publish("t", bytes("b"), "text/plain").get(10, TimeUnit.SECONDS))
                .hasMessageContaining("not connected to " + broker.url()));
    }

    @ParameterizedTest
    @EnumSource
    void publishesMoreAtOnceThanTheBrokerTakes(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        awaitConnected(subscribing(broker));
        MqttConnection connection = publishing(broker);
        awaitConnected(connection);

        List<CompletableFuture<Void>> all = IntStream.range(0, 500)
                .mapToObj(i -> connection.publish(name, bytes("" + i), "text/plain"))
                .toList();

        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(received).hasSize(500));
    }

    @Test
    void aPublishThatTheBrokerRefusesFails(@TempDir Path folder) throws Exception {
        Path rights = Files.writeString(folder.resolve("acl"), "topic read #\n");
        TestBroker broker = own(Kind.MOSQUITTO, "acl_file " + rights);
        MqttConnection connection = publishing(broker);
        awaitConnected(connection);

        assertThatThrownBy(() -> connection
                        .publish("qanat/v1/alarms", bytes("a"), "text/plain")
                        .get(10, TimeUnit.SECONDS))
                .hasMessageContaining("refused a message to qanat/v1/alarms")
                .hasMessageContaining("135 (Not authorized.)");
    }

    @ParameterizedTest
    @EnumSource
    void publishesInFlightFailWhenTheBrokerIsKilled(Kind kind) {
        TestBroker broker = own(kind);
        MqttConnection connection = publishing(broker);
        awaitConnected(connection);

        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            all.add(connection.publish(name, bytes("" + i), "text/plain"));
        }
        broker.kill();

        await().atMost(Duration.ofSeconds(20)).until(() -> all.stream().allMatch(CompletableFuture::isDone));
        assertThat(all).anyMatch(CompletableFuture::isCompletedExceptionally);
    }

    @ParameterizedTest
    @EnumSource
    void theBrokerPublishesTheLastWillWhenTheGatewayIsGone(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        awaitConnected(subscribing(broker));
        try (TcpRelay relay = TcpRelay.to(broker.port())) {
            MqttConfig config = new MqttConfig(
                    relay.url(),
                    name + "-willing",
                    "",
                    "",
                    TlsFiles.NONE,
                    Optional.of(new MqttConfig.Will(name, "gone", true)),
                    10,
                    600,
                    30,
                    5,
                    0);
            MqttConnection willing = closing(MqttConnection.publishing(config, Clock.systemUTC()));
            willing.start();
            awaitConnected(willing);

            relay.reset();
        }

        await().untilAsserted(() -> assertThat(received).contains("gone"));
    }

    @ParameterizedTest
    @EnumSource
    void receivesWhatMatchesAnyOfItsFilters(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        MqttConnection connection = closing(MqttConnection.subscribing(
                TestConfig.to(broker.url(), name),
                List.of(name + "/+/a", name + "/line-2/#"),
                this::receive,
                Clock.systemUTC()));
        connection.start();
        awaitConnected(connection);

        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            for (String topic : List.of("/line-1/a", "/line-1/b", "/line-2/b/c")) {
                publisher.publish(name + topic, bytes(topic));
            }
        }

        await().untilAsserted(() -> assertThat(received).containsExactlyInAnyOrder("/line-1/a", "/line-2/b/c"));
    }

    @ParameterizedTest
    @EnumSource
    void twoGatewaysShareALoadAndNothingIsLostOrComesTwice(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        List<String> second = new CopyOnWriteArrayList<>();
        for (int gateway = 1; gateway <= 2; gateway++) {
            List<String> own = gateway == 1 ? received : second;
            MqttConnection connection = closing(MqttConnection.subscribing(
                    TestConfig.to(broker.url(), name + gateway),
                    List.of("$share/gateways/" + name),
                    (delivery, payload) -> {
                        own.add(new String(payload, StandardCharsets.UTF_8));
                        delivery.acknowledge(Receipt.ACCEPTED);
                    },
                    Clock.systemUTC()));
            connection.start();
            awaitConnected(connection);
        }
        String[] all = IntStream.range(0, 1000).mapToObj(String::valueOf).toArray(String[]::new);
        publish(broker, all);

        await().until(() -> received.size() + second.size() >= all.length);
        List<String> together = new ArrayList<>(received);
        together.addAll(second);
        assertThat(together).containsExactlyInAnyOrder(all);
        assertThat(received).isNotEmpty();
        assertThat(second).isNotEmpty();
    }
}
