package io.qanat.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.mqtt.TestBroker.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a plant's network and broker do while readings come, with a real store behind. Afterwards the numbers that were
 * published are compared with those that the route saw: each once, and the ledger balances.
 */
class FaultsUnderLoadTest {
    private static final int READINGS = 1000;
    /** So that there is something to break while it runs. */
    private static final long PACE_NANOS = 2_000_000;

    private static final Map<Kind, TestBroker> SHARED = new EnumMap<>(Kind.class);

    @TempDir
    private Path directory;

    private final List<AutoCloseable> toClose = new ArrayList<>();
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

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.add(resource);
        return resource;
    }

    private TestGateway gateway(MqttConfig config, int capacity) throws IOException {
        TestGateway gateway = closing(new TestGateway(config, name, directory, capacity));
        await().until(gateway::isConnected);
        return gateway;
    }

    private CompletableFuture<Void> publishing(TestBroker broker, int count) {
        return CompletableFuture.runAsync(() -> {
            try (TestPublisher publisher = new TestPublisher(broker.url())) {
                for (int number = 1; number <= count; number++) {
                    publisher.publish(name, Readings.payload(number));
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } catch (MqttException e) {
                throw new IllegalStateException("the sensor could not publish", e);
            }
        });
    }

    private static void assertEachOnce(TestGateway gateway, int count) {
        await().atMost(Duration.ofSeconds(90)).until(() -> gateway.processed().size() >= count);
        assertThat(gateway.processed())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, count).boxed().toList());
        await().untilAsserted(() -> assertThat(gateway.ledger().open()).isZero());
        InputLedger ledger = gateway.ledger();
        assertThat(ledger.received()).isEqualTo(count);
        assertThat(ledger.normal()).isEqualTo(count);
        assertThat(ledger.balanced()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkThatResetsStallsAndDelaysLosesNothing(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TcpRelay relay = closing(TcpRelay.to(broker.port()));
        // With a watchdog: after a silent connection Artemis may deliver nothing on the next one either.
        TestGateway gateway = gateway(TestConfig.watching(relay.url(), name, 1, 2), 100);
        CompletableFuture<Void> published = publishing(broker, READINGS);

        awaitProcessed(gateway, published, 100);
        relay.reset();
        awaitProcessed(gateway, published, 200);
        relay.silence();
        await().until(() -> !gateway.isConnected());
        relay.replaceRouter();
        awaitProcessed(gateway, published, 300);
        relay.delayMillis(20);
        awaitProcessed(gateway, published, 400);
        relay.delayMillis(0);
        relay.reset();

        published.join();
        assertEachOnce(gateway, READINGS);
        assertThat(gateway.count("reconnects")).isGreaterThanOrEqualTo(2);
    }

    private static void awaitProcessed(TestGateway gateway, CompletableFuture<Void> published, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (published.isCompletedExceptionally()) {
                published.join();
            }
            return gateway.processed().size() >= count;
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBrokerThatIsKilledUnderLoadLosesNothing(Kind kind) throws Exception {
        TestBroker broker = closing(TestBroker.start(kind));
        TestGateway gateway = gateway(TestConfig.to(broker.url(), name), 100);
        CompletableFuture<Void> published = CompletableFuture.runAsync(() -> publishStubbornly(broker, kind));

        awaitProcessed(gateway, published, 300);
        broker.kill();
        await().until(() -> !gateway.isConnected());
        broker.start();

        published.join();
        assertEachOnce(gateway, READINGS);
    }

    /** A sensor that sends again what was not acknowledged. */
    private void publishStubbornly(TestBroker broker, Kind kind) {
        int number = 1;
        while (number <= READINGS) {
            try (TestPublisher publisher = new TestPublisher(broker.url())) {
                for (; number <= READINGS; number++) {
                    publisher.publish(name, Readings.payload(number));
                }
            } catch (MqttException e) {
                // Mosquitto acknowledges before it writes to its file: what it was killed with, only the sensor has.
                number = Math.max(1, kind == Kind.MOSQUITTO ? number - 100 : number);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfTenTimesTheCapacityStaysWithTheBroker(Kind kind) throws Exception {
        int capacity = 100;
        TestBroker broker = shared(kind);
        TestGateway gateway = gateway(TestConfig.to(broker.url(), name, capacity), capacity);
        gateway.routeTakesMicros(20_000);
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publishReadings(name, 1, 10 * capacity);
        }

        assertEachOnce(gateway, 10 * capacity);
        assertThat(gateway.mostHeld()).isLessThanOrEqualTo(2 * capacity);
    }

    @ParameterizedTest
    @EnumSource
    void aPayloadOfOneMegabyteIsRejectedAndWhatFollowsIsNot(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TestGateway gateway = gateway(TestConfig.to(broker.url(), name), 100);
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            for (int i = 0; i < 3; i++) {
                publisher.publish(name, new byte[1 << 20]);
            }
            publisher.publish(name, Readings.payload(1));
        }

        await().until(() -> gateway.processed().equals(List.of(1)));
        await().until(() -> gateway.ledger().open() == 0);
        assertThat(gateway.ledger().rejected()).isEqualTo(Map.of("too-large", 3L));
        assertThat(gateway.ledger().balanced()).isTrue();
        assertThat(gateway.count("bytes")).isGreaterThan(3 << 20);
    }

    @ParameterizedTest
    @EnumSource
    void aDiskThatIsFullForAWhileLosesNothing(Kind kind) throws Exception {
        TestBroker broker = shared(kind);
        TestGateway gateway = gateway(TestConfig.to(broker.url(), name), 100);
        CompletableFuture<Void> published = publishing(broker, READINGS);

        awaitProcessed(gateway, published, 200);
        gateway.diskFull(true);
        await().until(() -> gateway.fact("lastError").equals("not-journalled"));
        assertThat(gateway.fact("lastErrorText")).contains("the disk is full", "stays with the broker");
        gateway.diskFull(false);

        published.join();
        assertEachOnce(gateway, READINGS);
    }

    @Test
    void aGatewayThatIsStoppedUnderLoadGoesOnWhereItWas() throws Exception {
        TestBroker broker = shared(Kind.ARTEMIS);
        TestGateway first = new TestGateway(TestConfig.to(broker.url(), name), name, directory, 100);
        await().until(first::isConnected);
        CompletableFuture<Void> published = publishing(broker, READINGS);
        awaitProcessed(first, published, 300);
        first.close();
        List<Integer> seen = new ArrayList<>(first.processed());

        TestGateway second = gateway(TestConfig.to(broker.url(), name), 100);

        published.join();
        await().until(() -> seen.size() + second.processed().size() >= READINGS);
        seen.addAll(second.processed());
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, READINGS).boxed().toList());
        await().until(() -> second.ledger().open() == 0);
        assertThat(second.ledger().received()).isEqualTo(READINGS);
    }
}
