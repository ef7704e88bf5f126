package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.qanat.api.DryRun;
import io.qanat.api.DryRun.Recording;
import io.qanat.api.DryRun.Replay;
import io.qanat.api.DryRun.ReplayRequest;
import io.qanat.api.DryRun.Report;
import io.qanat.api.DryRun.Request;
import io.qanat.api.DryRun.Text;
import io.qanat.api.DryRunSide.Sent;
import io.qanat.api.InputLedger;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.replay.Label;
import io.qanat.gateway.replay.RecordingFile;
import io.qanat.gateway.replay.Tuning;
import io.qanat.gateway.replay.TuningChart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dry runs in a gateway that runs, with its broker, its models and a web hook that counts who comes. */
class DryRunIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "readings-to-alarms.xml";

    private static final Home HOME = new Home(Path.of("..").toAbsolutePath().normalize());
    private static final AtomicInteger REQUESTS = new AtomicInteger();
    private static final AtomicInteger MESSAGES = new AtomicInteger();

    @TempDir
    static Path folder;

    private static HttpServer webhook;
    private static EmbeddedBroker embedded;
    private static MqttClient subscriber;
    private static Gateway gateway;
    private static RecordingFile recording;
    private static String shipped;

    @BeforeAll
    static void start() throws Exception {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            REQUESTS.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        webhook.start();
        embedded = EmbeddedBroker.start(folder);
        Broker broker = embedded.broker();
        subscriber = new MqttClient(broker.url(), "watcher", new MemoryPersistence());
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        subscriber.connect(login);
        subscriber.subscribe(
                new MqttSubscription[] {new MqttSubscription("qanat/v1/alarms", 1)},
                new IMqttMessageListener[] {(topic, message) -> MESSAGES.incrementAndGet()});
        gateway = Gateway.start(HOME, folder.resolve("gateway"), HOME.route(), broker.placeholders(address()));
        await().atMost(PATIENCE).until(() -> gateway.status("mqtt:plant")
                .filter(status -> "connected".equals(status.facts().get("connection")))
                .isPresent());
        recording = RecordingFile.open(HOME.recording());
        shipped = Files.readString(HOME.route());
    }

    @AfterAll
    static void stop() throws Exception {
        recording.close();
        gateway.close();
        subscriber.disconnect();
        subscriber.close();
        embedded.close();
        webhook.stop(0);
    }

    private static String address() {
        return "http://127.0.0.1:" + webhook.getAddress().getPort() + "/alarms";
    }

    private static DryRun dryRun() {
        return gateway.framework().service(DryRun.class, PATIENCE);
    }

    private static Report compare(String candidate, Text... beside) throws Exception {
        return dryRun().compare(request(candidate, beside));
    }

    private static Request request(String candidate, Text... beside) {
        return new Request(new Text(NAME, candidate), Optional.empty(), NAME, List.of(beside), wholeRecording(), 1);
    }

    private static Recording wholeRecording() {
        return new Recording(recording.readings(), "");
    }

    private static long messages(Report report, String endpoint) {
        return report.candidate()
                .sent()
                .getOrDefault(endpoint, new Sent(0, 0, List.of()))
                .messages();
    }

    @Test
    void findsWhatAnotherSettingChangesAndLeavesTheGatewayAsItWas() throws Exception {
        List<?> stages = List.of(
                gateway.status("alarm:mote-anomaly"), gateway.status("window:mote"), gateway.status("mqtt:plant"));
        Map<String, ?> input = gateway.ledgers().input();

        Report report = compare(shipped.replace("raiseAfter=2", "raiseAfter=1").replace("maxBatch=32", "maxBatch=16"));

        assertThat(report.other()).isPresent();
        assertThat(report.both()).hasSize(4).allSatisfy(pair -> assertThat(Duration.between(
                        pair.candidate().raisedAt(), pair.other().raisedAt()))
                .isEqualTo(Duration.ofSeconds(20)));
        assertThat(report.onlyCandidate()).isEmpty();
        assertThat(report.onlyOther()).isEmpty();
        assertThat(List.of(
                        gateway.status("alarm:mote-anomaly"),
                        gateway.status("window:mote"),
                        gateway.status("mqtt:plant")))
                .isEqualTo(stages);
        assertThat(gateway.ledgers().input()).isEqualTo(input);
        assertThat(gateway.ledgers().delivery().values()).allMatch(ledger -> ledger.enqueued() == 0);
        assertThat(REQUESTS).hasValue(0);
        assertThat(MESSAGES).hasValue(0);
    }

    @Test
    void countsWhatTheDemoCounts() throws Exception {
        Report report = compare(shipped);

        assertThat(report.candidate().ledgers())
                .isEqualTo(Map.of("plant", new InputLedger(18_914, 18_618, 296, Map.of(), Map.of(), 0, 0, 6)));
        assertThat(report.candidate().stored()).isEqualTo(Map.of("cloud-mqtt", 8L, "cloud-http", 8L));
        assertThat(report.candidate().sent()).containsOnlyKeys("http:webhook", "qanat-mqtt:qanat/v1/alarms");
        assertThat(report.candidate().sent().values()).allSatisfy(sent -> {
            assertThat(sent.messages()).isEqualTo(8);
            assertThat(sent.first()).singleElement().asString().contains("io.qanat.alarm.");
        });
        assertThat(report.candidate().failures()).isEmpty();
    }

    @Test
    void countsWhatToDAndWireTapAndLogWouldHaveSent() throws Exception {
        String tapped = shipped.replace(
                "<to uri=\"outbox:cloud-mqtt,cloud-http\"/>",
                "<to uri=\"log:alarms\"/><to uri=\"outbox:cloud-mqtt,cloud-http\"/>"
                        + "<removeHeaders pattern=\"*\"/><wireTap uri=\""
                        + address() + "\"/><toD uri=\"http://127.0.0.1:9/${header.none}\"/>");

        Report report = compare(tapped);

        assertThat(report.candidate().sent().keySet())
                .contains("log:alarms", "http:127.0.0.1:9", "http:" + address().substring("http://".length()));
        // Camel gives toD of http: the path as a header, so that one endpoint serves all of them.
        assertThat(messages(report, "http:127.0.0.1:9")).isEqualTo(8);
        assertThat(messages(report, "log:alarms")).isEqualTo(8);
        assertThat(REQUESTS).hasValue(0);
    }

    @Test
    void runsTwoTextsThatMeetInDirect() throws Exception {
        String from = shipped.substring(shipped.indexOf("<from uri=\"qanat-mqtt:"), shipped.indexOf("<!-- Score"));
        String rest = shipped.substring(shipped.indexOf("<to uri=\"onnx:"), shipped.indexOf("<to uri=\"outbox:"));
        String first =
                "<routes><route id=\"readings-to-alarms\">" + from + "<to uri=\"direct:scored\"/></route></routes>";
        String second = "<routes><route id=\"scored\"><from uri=\"direct:scored\"/>" + rest + "</route></routes>";

        Report report = compare(first, new Text("scored.xml", second));

        assertThat(report.candidate().beside()).contains("scored.xml");
        assertThat(report.candidate().raised()).isEqualTo(Map.of("mote-anomaly", 4L));
    }

    @Test
    void runsAlongWithTheRunningTextThatDirectLeadsTo() throws Exception {
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
        loader.load(
                "later.xml",
                "<routes><route id=\"later\"><from uri=\"direct:later\"/>"
                        + "<to uri=\"log:later\"/></route></routes>");

        Report report =
                compare(shipped.replace("<to uri=\"outbox:cloud-mqtt,cloud-http\"/>", "<to uri=\"direct:later\"/>"));

        assertThat(report.candidate().beside()).contains("later.xml");
        assertThat(messages(report, "log:later")).isEqualTo(8);
        assertThat(report.other().orElseThrow().beside()).doesNotContain("later.xml");
    }

    @Test
    void refusesATextWithAMistakeAndTellsItsPlace() {
        assertThatThrownBy(() -> compare(shipped.replace("maxBatch", "maxBach")))
                .isInstanceOf(RouteException.class)
                .hasMessageContaining(NAME + ":")
                .hasMessageContaining("did you mean maxBatch?");
    }

    @Test
    void tellsTheLineOfARecordingThatIsNoReading() throws Exception {
        Path wrong = Files.writeString(
                folder.resolve("wrong.jsonl"),
                Files.readAllLines(recording.readings()).get(0)
                        + "\n\n{\"asset\":\"mote-1\",\"channel\":\"humidity\",\"value\":\"high\",\"observedAt\":\"2010-05-09T00:00:05Z\"}\n");

        assertThatThrownBy(() -> dryRun().compare(new Request(
                        new Text(NAME, shipped), Optional.empty(), NAME, List.of(), new Recording(wrong, ""), 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("wrong.jsonl:3: 'value' is high: expected a finite number");
        assertThat(dryRun().progress()).isEmpty();
    }

    @Test
    void findsAtTheShippedSettingWhatTheDemosEvaluationFinds() throws Exception {
        Replay replay = replay(List.of(Map.of(), Map.of("raiseAfter", "1"), Map.of("raiseAbove", "1e9")));

        Instant trained = io.qanat.gateway.demo.Recording.observedAt(2_300);
        Tuning tuning = Tuning.of(replay, recording.events(), recording.window(), trained);

        assertThat(tuning.verdicts().get(0).raised()).isEqualTo(4);
        assertThat(tuning.verdicts().get(0).found()).isEqualTo(2);
        assertThat(tuning.verdicts().get(0).falseAlarms()).isEqualTo(2);
        assertThat(tuning.verdicts().get(1).medianDelay().orElseThrow())
                .isEqualTo(tuning.verdicts().get(0).medianDelay().orElseThrow().minusSeconds(20));
        assertThat(tuning.verdicts().get(2).missed()).hasSize(2);
        TuningChart.write(folder.resolve("tuning.svg"), tuning);
        assertThat(Files.readString(folder.resolve("tuning.svg"))).contains("<svg", "<path");
    }

    @Test
    void refusesASettingThatTheAlarmDoesNotTake() {
        assertThatThrownBy(() -> replay(List.of(Map.of("raiseAftr", "2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("raiseAftr");
        assertThatThrownBy(() -> replay(List.of(Map.of("raiseAbove", "1", "clearBelow", "2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clearBelow is 2.0 with raiseAbove 1.0");
    }

    @Test
    void refusesALabelOutsideTheRecording() throws Exception {
        Replay replay = replay(List.of(Map.of()));
        Label outside =
                new Label("mote-1", Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2020-01-01T00:01:00Z"));
        Label unknown = new Label("mote-9", replay.from(), replay.to());

        assertThatThrownBy(() -> Tuning.of(replay, List.of(outside), Optional.empty(), Instant.EPOCH))
                .hasMessageContaining("outside the recording");
        assertThatThrownBy(() -> Tuning.of(replay, List.of(unknown), Optional.empty(), Instant.EPOCH))
                .hasMessageContaining("'mote-9', of which there is no score");
    }

    private static Replay replay(List<Map<String, String>> settings) throws Exception {
        return dryRun().replay(new ReplayRequest(new Text(NAME, shipped), List.of(), "", settings, wholeRecording()));
    }
}
