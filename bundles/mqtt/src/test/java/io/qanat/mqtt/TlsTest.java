package io.qanat.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.StageStatus;
import io.qanat.mqtt.TestBroker.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Encrypted connections to brokers with good and bad certificates. */
class TlsTest {
    @TempDir
    private static Path folder;

    private static TestCertificates certificates;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @BeforeAll
    static void issueCertificates() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.issue("good", "-ext", "san=dns:localhost");
        certificates.issue("expired", "-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "2");
        certificates.issue("elsewhere", "-ext", "san=dns:broker.example");
        certificates.issue("gateway");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size() - 1; i >= 0; i--) {
            toClose.get(i).close();
        }
    }

    private TestBroker broker(Kind kind, String certificate, boolean clientCertificate) throws Exception {
        TestBroker broker = kind == Kind.MOSQUITTO
                ? TestBroker.start(
                        kind,
                        "certfile " + certificates.pem(certificate),
                        "keyfile " + certificates.key(certificate),
                        "cafile " + certificates.pem("ca"),
                        "require_certificate " + clientCertificate)
                : TestBroker.start(
                        kind,
                        "sslEnabled=true",
                        "keyStoreType=PKCS12",
                        "keyStorePath=" + certificates.keyStore(certificate),
                        "keyStorePassword=" + TestCertificates.PASSWORD,
                        "trustStoreType=PKCS12",
                        "trustStorePath=" + certificates.trustStore(),
                        "trustStorePassword=" + TestCertificates.PASSWORD,
                        "needClientAuth=" + clientCertificate);
        toClose.add(broker);
        return broker;
    }

    private MqttConnection connecting(TestBroker broker, TlsFiles tls) {
        MqttConfig config = new MqttConfig(broker.tlsUrl(), "tls", "", "", tls, Optional.empty(), 10, 600, 30, 5, 0);
        MqttConnection connection = MqttConnection.publishing(config, Clock.systemUTC());
        toClose.add(connection);
        connection.start();
        return connection;
    }

    private static TlsFiles trusting(String authority) {
        return new TlsFiles(certificates.pem(authority).toString(), "", "");
    }

    private static TlsFiles identified() {
        return new TlsFiles(
                certificates.pem("ca").toString(),
                certificates.pem("gateway").toString(),
                certificates.key("gateway").toString());
    }

    private static void assertPublishes(MqttConnection connection) {
        await().atMost(Duration.ofSeconds(30)).until(connection::isConnected);
        byte[] payload = "a".getBytes(StandardCharsets.UTF_8);
        assertThat(connection.publish("t", payload, "text/plain")).succeedsWithin(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @EnumSource
    void publishesThroughAConnectionThatBothSidesHaveProven(Kind kind) throws Exception {
        assertPublishes(connecting(broker(kind, "good", true), identified()));
    }

    @ParameterizedTest
    @EnumSource
    void publishesThroughAConnectionThatTheBrokerHasProven(Kind kind) throws Exception {
        assertPublishes(connecting(broker(kind, "good", false), trusting("ca")));
    }

    @ParameterizedTest
    @CsvSource({
        "good,      other-ca, certificate-untrusted,  is not from an authority in caCertificate",
        "expired,   ca,       certificate-expired,    renew it",
        "elsewhere, ca,       certificate-wrong-host, is not for the host in the URL"
    })
    void namesWhatIsWrongWithTheBrokersCertificateAndGoesOnTrying(
            String certificate, String authority, String kind, String words) throws Exception {
        TestBroker broker = broker(Kind.ARTEMIS, certificate, false);
        MqttConnection connection = connecting(broker, trusting(authority));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> kind.equals(connection.facts().get("lastError")));
        assertThat(connection.facts().get("lastErrorText")).contains(words, broker.tlsUrl());
        assertThat(connection.isConnected()).isFalse();
        await().until(() -> new StageStatus("mqtt", connection.figures(), Map.of()).count("attempts") > 2);
    }

    @Test
    void connectsOnceTheExpiredCertificateIsReplaced() throws Exception {
        Path certificate = folder.resolve("renewed.pem");
        Path key = folder.resolve("renewed.key");
        Files.copy(certificates.pem("expired"), certificate);
        Files.copy(certificates.key("expired"), key);
        TestBroker broker = TestBroker.start(Kind.MOSQUITTO, "certfile " + certificate, "keyfile " + key);
        toClose.add(broker);
        MqttConnection connection = connecting(broker, trusting("ca"));
        await().until(() -> "certificate-expired".equals(connection.facts().get("lastError")));

        broker.stop();
        Files.writeString(certificate, Files.readString(certificates.pem("good")));
        Files.writeString(key, Files.readString(certificates.key("good")));
        broker.start();

        assertPublishes(connection);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheBrokerWantsAClientCertificate(Kind kind) throws Exception {
        MqttConnection connection = connecting(broker(kind, "good", true), trusting("ca"));

        await().atMost(Duration.ofSeconds(30)).until(() -> "client-certificate-refused"
                .equals(connection.facts().get("lastError")));
        assertThat(connection.facts().get("lastErrorText")).contains("set clientCertificate and clientKey");
    }

    @Test
    void saysThatTheBrokerDoesNotSpeakTls() {
        TestBroker broker = TestBroker.start(Kind.ARTEMIS);
        toClose.add(broker);
        MqttConnection connection = connecting(broker, trusting("ca"));

        await().atMost(Duration.ofSeconds(30)).until(() -> List.of("tls", "no-answer")
                .contains(connection.facts().get("lastError")));
    }

    @Test
    void namesTheFileThatCannotBeUsed() throws Exception {
        Path notPem = Files.writeString(folder.resolve("not.pem"), "no certificate");
        Path oldKey = Files.writeString(
                folder.resolve("old.key"), TestCertificates.pem("RSA PRIVATE KEY", new byte[] {1, 2, 3}));
        Path otherKey = Files.writeString(
                folder.resolve("damaged.key"), TestCertificates.pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        String certificate = certificates.pem("gateway").toString();

        assertThatThrownBy(() -> new TlsFiles("/no/such.pem", "", "").socketFactory())
                .hasMessage("caCertificate /no/such.pem does not exist");
        assertThatThrownBy(() -> new TlsFiles(notPem.toString(), "", "").socketFactory())
                .hasMessageContaining("caCertificate " + notPem)
                .hasMessageContaining("PEM file");
        assertThatThrownBy(() -> new TlsFiles("", certificate, oldKey.toString()).socketFactory())
                .hasMessageContaining("holds an RSA PRIVATE KEY")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> new TlsFiles("", certificate, otherKey.toString()).socketFactory())
                .hasMessageContaining("clientKey " + otherKey)
                .hasNoCause();
    }

    @Test
    void refusesHalfOfAClientCertificateAndFilesForAnOpenConnection() {
        assertThatThrownBy(() -> new TlsFiles("", "client.pem", "")).hasMessageContaining("give both or none");
        assertThatThrownBy(() ->
                        new MqttConfig("tcp://h:1", "c", "", "", trusting("ca"), Optional.empty(), 10, 600, 30, 5, 0))
                .hasMessageContaining("only ssl:// and wss://");
    }
}
