package io.qanat.gateway.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import io.qanat.gateway.shared.StoredAlarms;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped route to a web hook: what is wrong is told, nothing is lost, and all arrives once it is mended. */
@Timeout(120)
class HttpsWebhookIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String ENDPOINT = "cloud-https";
    private static final String TOKEN = "t0ken-of-this-gateway";
    private static final String WRONG_TOKEN = "t0ken-of-another-one";
    private static final Set<String> ALARMS =
            IntStream.range(0, 10).mapToObj(i -> "mote-1/" + i).collect(Collectors.toUnmodifiableSet());

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final Path route = home.root().resolve("routes/alarms-to-https.xml");
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream console = System.err;

    @TempDir
    Path folder;

    private static TestCertificates certificates;
    // Each test serves and starts.
    @SuppressWarnings("NullAway.Init")
    private HttpsWebhook webhook;

    @SuppressWarnings("NullAway.Init")
    private Gateway gateway;

    @BeforeAll
    static void certificates(@TempDir Path folder) throws Exception {
        certificates = new TestCertificates(folder);
        certificates.issue("good", "ca", "-ext", "san=dns:localhost");
        certificates.issue("gateway", "ca");
        certificates.issue("stranger", "other-ca");
        certificates.issue("of-another-authority", "other-ca", "-ext", "san=dns:localhost");
        certificates.issue("expired", "ca", "-ext", "san=dns:localhost", "-startdate", "-9d", "-validity", "2");
        certificates.issue("of-another-host", "ca", "-ext", "san=dns:elsewhere.example");
    }

    @BeforeEach
    void prepare() throws Exception {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        writeToken(TOKEN);
    }

    @AfterEach
    void noLogAndNoStatusHoldsAToken() {
        String status = gateway.status().toString();
        gateway.close();
        webhook.close();
        System.setErr(console);
        String said = log.toString(StandardCharsets.UTF_8);
        console.print(said);
        assertThat(said + status).doesNotContain(TOKEN).doesNotContain(WRONG_TOKEN);
    }

    @Test
    void deliversWithTheRightTokenAndCertificate() throws Exception {
        serve("good", 0);
        start("gateway");

        StoredAlarms.store(gateway, messages());

        awaitDelivered();
    }

    @Test
    void tellsOfAWrongTokenAndDeliversOnceItsFileHasTheRightOne() throws Exception {
        writeToken(WRONG_TOKEN);
        serve("good", 0);
        start("gateway");
        StoredAlarms.store(gateway, messages());
        awaitError("401");
        awaitError("the endpoint does not accept the token: write a valid one to its file");

        writeToken(TOKEN);

        awaitDelivered();
    }

    @Test
    void tellsOfAMissingTokenAndDeliversOnceItIsThere() throws Exception {
        Files.delete(token());
        serve("good", 0);
        start("gateway");
        StoredAlarms.store(gateway, messages());
        awaitError("write it to " + token());

        writeToken(TOKEN);

        awaitDelivered();
    }

    @ParameterizedTest
    @CsvSource({
        "of-another-authority, no trusted authority has signed the endpoint's certificate",
        "expired, the endpoint's certificate has expired",
        "of-another-host, the endpoint's certificate is for another host"
    })
    void tellsWhatIsWrongWithTheEndpointsCertificateAndDeliversOnceItIsRenewed(String bad, String told)
            throws Exception {
        serve(bad, 0);
        start("gateway");
        StoredAlarms.store(gateway, messages());
        awaitError(told);
        assertThat(webhook.ids()).isEmpty();

        int port = webhook.port();
        webhook.close();
        serve("good", port);

        awaitDelivered();
    }

    @Test
    void tellsThatTheEndpointDoesNotTrustTheGatewayAndDeliversOnceItsCertificateIsReplaced() throws Exception {
        serve("good", 0);
        start("stranger");
        StoredAlarms.store(gateway, messages());
        awaitError("give certificate and key signed by an authority that the endpoint trusts");

        certificates.replace("stranger", "gateway");

        awaitDelivered();
    }

    @Test
    void tellsThatTheEndpointWantsACertificateAndDeliversOnceOneIsConfigured() throws Exception {
        serve("good", 0);
        start("");
        StoredAlarms.store(gateway, messages());
        awaitError("give certificate and key signed by an authority that the endpoint trusts");

        gateway.framework()
                .configureInstance(
                        "io.qanat.camel.tls",
                        "cloud",
                        Map.of(
                                "camel.bean", "cloud",
                                "trust", certificates.pem("ca").toString(),
                                "certificate", certificates.pem("gateway").toString(),
                                "key", certificates.key("gateway").toString()));
        gateway.framework()
                .service(RouteLoader.class, PATIENCE)
                .load(route.getFileName().toString(), Files.readString(route));

        awaitDelivered();
    }

    private void serve(String certificate, int port) throws Exception {
        webhook = new HttpsWebhook(port, certificates.server(certificate), TOKEN);
    }

    /** @param certificate of the gateway, empty for none */
    private void start(String certificate) throws Exception {
        Path config = Files.createDirectories(folder.resolve("gateway/config"));
        Files.writeString(
                config.resolve("io.qanat.camel.tls-cloud.properties"),
                "trust=" + certificates.pem("ca")
                        + (certificate.isEmpty()
                                ? ""
                                : "\ncertificate=" + certificates.pem(certificate) + "\nkey="
                                        + certificates.key(certificate)));
        Files.writeString(
                config.resolve("io.qanat.routes.properties"),
                "property.webhook.address=localhost:" + webhook.port() + "/alarms");
        gateway = Gateway.start(home, folder.resolve("gateway"), route, Map.of());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(facts("routes")).containsEntry("route.cloud-https", "Started"));
    }

    private Path token() {
        return folder.resolve("gateway/secrets/cloud-token");
    }

    private void writeToken(String token) throws Exception {
        Files.createDirectories(token().getParent());
        Files.writeString(token(), token + "\n");
    }

    private static List<OutboxMessage> messages() {
        return ALARMS.stream()
                .map(id -> StoredAlarms.message(ENDPOINT, id, 300))
                .toList();
    }

    private Map<String, String> facts(String stage) {
        return gateway.status(stage).map(StageStatus::facts).orElse(Map.of());
    }

    private void awaitError(String part) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(facts("outbox:" + ENDPOINT).get("lastError")).contains(part));
    }

    private void awaitDelivered() {
        int all = ALARMS.size();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.ledgers().delivery().get(ENDPOINT))
                        .isEqualTo(new DeliveryLedger(all, all, 0, 0, 0, 0)));
        assertThat(webhook.ids()).isEqualTo(ALARMS);
    }
}
