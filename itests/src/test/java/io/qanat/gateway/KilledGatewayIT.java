package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.faults.InFlight;
import io.qanat.faults.Motes;
import io.qanat.faults.StoreFile;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Receivers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
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

/**
 * A gateway process that is killed with SIGKILL again and again, each time with readings and alarms in flight, while four
 * motes go on publishing.
 */
class KilledGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Pattern READING = Pattern.compile("\"id\":\"(\\d+)\",\"asset\":\"([^\"]+)\"");

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    private EmbeddedBroker embedded;
    private Broker broker;
    private Receivers receivers;
    private Motes motes;
    private Path data;

    @BeforeEach
    void startBrokerAndReceivers() throws Exception {
        data = folder.resolve("gateway");
        embedded = EmbeddedBroker.start(folder);
        broker = embedded.broker();
        receivers = Receivers.start(broker);
        motes = new Motes(broker);
    }

    @AfterEach
    void stopBrokerAndReceivers() throws Exception {
        motes.stop();
        receivers.close();
        embedded.close();
    }

    @Test
    void findsEveryAcknowledgedReadingAfterKillMinusNine() throws Exception {
        for (InFlight stage : InFlight.values()) {
            killOnce(stage);
            Set<String> acknowledged = new HashSet<>(motes.published());
            acknowledged.removeAll(withTheBroker());
            StoreFile file = StoreFile.read(data.resolve("store/qanat.db"));
            System.out.printf(
                    "kill in %s: of %d published %d are acknowledged; %d open, of them %d in the route; %d in the outbox%n",
                    stage,
                    motes.published().size(),
                    acknowledged.size(),
                    file.openReadings(),
                    file.inRoute(InFlight.WAITING),
                    file.outbox());
            assertThat(file.identities()).containsAll(identities(acknowledged));
            assertThat(file.accountedFor())
                    .isEqualTo(file.count("received"))
                    .isEqualTo(file.identities().size());
        }

        finish();
    }

    /** Starts the gateway as its own process and kills it while something is in flight there. */
    private void killOnce(InFlight stage) throws Exception {
        Process process = startProcess(folder.resolve("gateway-" + stage + ".log"));
        motes.start();
        Path file = data.resolve("store/qanat.db");
        int before = motes.published().size();
        await().atMost(PATIENCE).until(() -> motes.published().size() > before + 200);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> stage.isIn(StoreFile.read(file)));
        process.destroyForcibly().waitFor();
        motes.stop();
    }

    /** The gateway in this process takes up what the killed ones left, and every alarm reaches both endpoints. */
    private void finish() throws Exception {
        try (Gateway gateway = Gateway.start(home, data, home.route(), broker.placeholders(receivers.webhook()))) {
            int published = motes.published().size();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ledger(gateway).received()).isEqualTo(published));
            await().atMost(PATIENCE).until(() -> ledger(gateway).open() <= 4 * InFlight.WAITING);
            gateway.partialWindows().closeUnscored().get();
            InputLedger ledger = ledger(gateway);
            assertThat(ledger.balanced()).isTrue();
            assertThat(ledger.open()).isZero();
            assertThat(ledger.rejected()).isEmpty();
            assertThat(ledger.normal() + ledger.alarmed()).isEqualTo(published);
            assertThat(ledger.alarmed()).isPositive();
            everyAlarmArrivesAtBothEndpoints(gateway);
        }
    }

    private void everyAlarmArrivesAtBothEndpoints(Gateway gateway) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.ledgers().delivery().values())
                        .hasSize(2)
                        .allMatch(DeliveryLedger::balanced)
                        .allMatch(ledger -> ledger.pending() == 0)
                        .allMatch(ledger -> ledger.delivered() == ledger.enqueued()));
        assertThat(gateway.ledgers().delivery().values())
                .allMatch(ledger -> ledger.enqueued() == receivers.httpIds().size());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(receivers.mqttIds()).isEqualTo(receivers.httpIds()));
    }

    private static InputLedger ledger(Gateway gateway) {
        return gateway.ledgers().input().getOrDefault("plant", new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    private static Set<Identity> identities(Set<String> readings) {
        return readings.stream()
                .map(reading -> reading.split("/"))
                .map(parts -> Identity.of("plant", "id", parts[0], parts[1]))
                .collect(Collectors.toSet());
    }

    /** Returns once the process has subscribed, so that nothing is published into the void. */
    private Process startProcess(Path log) throws Exception {
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
                        "--webhook=" + receivers.webhook())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Files.readString(log)).contains("as qanat-plant"));
        return process;
    }

    /**
     * Looks at the gateway's session at the broker under its own client id: what it has not acknowledged is sent again.
     * Nothing is acknowledged here either, so all of it stays.
     */
    private Set<String> withTheBroker() throws Exception {
        Set<String> readings = ConcurrentHashMap.newKeySet();
        MqttAsyncClient client = new MqttAsyncClient(broker.url(), "qanat-plant", new MemoryPersistence());
        client.setManualAcks(true);
        client.setCallback(new Looking(readings));
        MqttConnectionOptions options = Motes.login(broker);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(604_800L);
        options.setReceiveMaximum(65_535);
        client.connect(options).waitForCompletion();
        AtomicInteger seen = new AtomicInteger(-1);
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            int now = readings.size();
            return seen.getAndSet(now) == now;
        });
        client.disconnectForcibly(0, 1000, false);
        client.close(true);
        return readings;
    }

    private record Looking(Set<String> readings) implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            Matcher reading = READING.matcher(new String(message.getPayload(), StandardCharsets.UTF_8));
            assertThat(reading.find()).isTrue();
            readings.add(reading.group(2) + "/" + reading.group(1));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
