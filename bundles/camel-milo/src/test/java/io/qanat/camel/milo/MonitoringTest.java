package io.qanat.camel.milo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.StageStatus;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes from {@code milo-client:} against a server of Eclipse Milo on loopback. */
class MonitoringTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FAST = "requestedPublishingInterval=50&samplingInterval=20";
    private static final String APPLICATION = "urn:qanat:gateway";

    private final Queue<DataValue> humidity = new ConcurrentLinkedQueue<>();
    private final Queue<DataValue> temperature = new ConcurrentLinkedQueue<>();
    private Machine machine;
    private DefaultCamelContext context;
    private OpcUaSessions sessions;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        machine = new Machine();
        context(Optional.empty());
    }

    private void context(Optional<TrustedServers> trusted) {
        sessions = new OpcUaSessions(new ServerConnector(trusted));
        context = new DefaultCamelContext();
        context.addComponent("milo-client", new MonitoringComponent(sessions));
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        machine.close();
    }

    private void monitor(String name, Queue<DataValue> values, String options) throws Exception {
        String node = "nsu=" + Machine.NAMESPACE + ";s=" + name;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("milo-client:" + machine.url() + "?node=RAW(" + node + ")&" + options)
                        .routeId(name)
                        .process(exchange -> values.add(exchange.getMessage().getBody(DataValue.class)));
            }
        });
    }

    private static List<Object> measures(Queue<DataValue> values) {
        return values.stream().map(value -> value.getValue().getValue()).toList();
    }

    private StageStatus status() {
        assertThat(sessions.status()).hasSize(1);
        return sessions.status().get(0);
    }

    private String fact(String name) {
        return status().facts().getOrDefault(name, "");
    }

    @Test
    void deliversEachChangeWithTheTimeOfItsSource() throws Exception {
        machine.start(45.9, 23.5);
        monitor("humidity", humidity, FAST);
        await().atMost(PATIENCE).until(() -> measures(humidity).equals(List.of(45.9)));

        Instant time = Instant.parse("2026-03-01T10:00:00.123Z");
        machine.set("humidity", 46.1, time);

        await().atMost(PATIENCE).until(() -> measures(humidity).equals(List.of(45.9, 46.1)));
        assertThat(List.copyOf(humidity).get(1).getSourceTime())
                .satisfies(source -> assertThat(source.getJavaInstant()).isEqualTo(time));
        assertThat(status().facts()).containsEntry("state", "connected").containsEntry("security", "None");
        assertThat(status().count("values")).isEqualTo(2);
    }

    @Test
    void samplesAsOftenAsItIsTold() throws Exception {
        machine.start(0, 0);
        monitor("humidity", humidity, "requestedPublishingInterval=500&samplingInterval=10");
        monitor("temperature", temperature, "requestedPublishingInterval=500&samplingInterval=100000");
        await().atMost(PATIENCE).until(() -> !humidity.isEmpty() && !temperature.isEmpty());

        for (int i = 1; i <= 5; i++) {
            int before = humidity.size();
            machine.set("temperature", i);
            machine.set("humidity", i);
            await().atMost(PATIENCE).until(() -> humidity.size() > before);
        }

        assertThat(measures(humidity)).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(measures(temperature)).containsExactly(0.0);
    }

    @Test
    void sharesOneSessionAmongRoutesAndEndsItWithTheLast() throws Exception {
        machine.start(45.9, 23.5);
        monitor("humidity", humidity, FAST);
        monitor("temperature", temperature, FAST);
        await().atMost(PATIENCE).until(() -> !humidity.isEmpty() && !temperature.isEmpty());
        assertThat(machine.sessions()).isEqualTo(1);
        assertThat(machine.monitoredItems()).isEqualTo(2);

        context.getRouteController().stopRoute("humidity");
        await().atMost(PATIENCE).until(() -> machine.monitoredItems() == 1);
        context.getRouteController().stopRoute("temperature");

        await().atMost(PATIENCE).until(() -> machine.sessions() == 0);
        assertThat(sessions.status()).isEmpty();
    }

    @Test
    void monitorsAgainOnceTheServerWasRestarted() throws Exception {
        machine.start(45.9, 23.5);
        monitor("humidity", humidity, FAST);
        await().atMost(PATIENCE).until(() -> !humidity.isEmpty());

        machine.stop();
        await().atMost(PATIENCE).until(() -> fact("state").equals("reconnecting"));
        machine.start(50.0, 23.5);
        await().atMost(PATIENCE).until(() -> measures(humidity).contains(50.0));
        machine.set("humidity", 51.0);

        await().atMost(PATIENCE).until(() -> measures(humidity).contains(51.0));
        assertThat(fact("state")).isEqualTo("connected");
        assertThat(status().count("lostSubscriptions")).isEqualTo(1);
    }

    @Test
    void takesARouteDownWhileTheServerIsAwayAndLeavesNoItemBehind() throws Exception {
        machine.start(45.9, 23.5);
        monitor("humidity", humidity, FAST);
        monitor("temperature", temperature, FAST);
        await().atMost(PATIENCE).until(() -> !humidity.isEmpty() && !temperature.isEmpty());
        machine.stop();
        await().atMost(PATIENCE).until(() -> fact("state").equals("reconnecting"));

        context.getRouteController().stopRoute("humidity");
        machine.start(50.0, 24.0);

        await().atMost(PATIENCE).until(() -> measures(temperature).contains(24.0));
        assertThat(machine.monitoredItems()).isEqualTo(1);
        assertThat(measures(humidity)).containsExactly(45.9);
    }

    @Test
    void startsBeforeItsServerDoes() throws Exception {
        monitor("humidity", humidity, FAST);
        await().atMost(PATIENCE).until(() -> fact("lastError").contains("see that the server runs"));

        machine.start(45.9, 23.5);

        await().atMost(PATIENCE).until(() -> !humidity.isEmpty());
    }

    @Test
    void saysWhichNodeTheServerDoesNotHaveAndMonitorsTheOthersAndItOnceItIsThere() throws Exception {
        machine.start(45.9, 23.5);
        monitor("pressure", temperature, FAST);
        monitor("humidity", humidity, FAST);

        await().atMost(PATIENCE).until(() -> !humidity.isEmpty());
        String node = "node.nsu=" + Machine.NAMESPACE + ";s=pressure";
        await().atMost(PATIENCE).until(() -> fact(node).startsWith("Bad_NodeIdUnknown (The node id refers to a node"));
        machine.add("pressure", 1.2);

        await().atMost(PATIENCE).until(() -> measures(temperature).equals(List.of(1.2)));
        assertThat(fact(node)).isEmpty();
    }

    @Test
    void countsValuesOfBadQualityAndMakesNoNumberOfThem() throws Exception {
        Queue<Double> numbers = new ConcurrentLinkedQueue<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("milo-client:" + machine.url() + "?omitNullValues=false&node=RAW(nsu=" + Machine.NAMESPACE
                                + ";s=humidity)&" + FAST)
                        .convertBodyTo(Double.class)
                        .process(exchange -> numbers.add(exchange.getMessage().getBody(Double.class)));
            }
        });
        machine.start(45.9, 23.5);
        await().atMost(PATIENCE).until(() -> !numbers.isEmpty());

        machine.set("humidity", 45.9, StatusCodes.Bad_SensorFailure);
        await().atMost(PATIENCE).until(() -> numbers.size() == 2);
        machine.set("humidity", 46.0);

        await().atMost(PATIENCE).until(() -> List.copyOf(numbers).equals(List.of(45.9, Double.NaN, 46.0)));
        assertThat(status().count("badValues")).isEqualTo(1);
    }

    @Test
    void encryptsWithACertificateOnceBothSidesTrustEachOther() throws Exception {
        KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
        X509Certificate certificate = Machine.certificate(keys, APPLICATION);
        Path store = keyStore(keys, certificate);
        Path pki = folder.resolve("pki");
        context.stop();
        try (TrustedServers trusted = TrustedServers.open(pki)) {
            context(Optional.of(trusted));
            machine.trust(certificate);
            machine.start(45.9, 23.5);
            monitor(
                    "humidity",
                    humidity,
                    FAST + "&allowedSecurityPolicies=Basic256Sha256&keyStoreUrl=" + store.toUri()
                            + "&keyStorePassword=secret&keyPassword=secret");
            await().atMost(PATIENCE).until(() -> fact("lastError").contains("is not trusted: move its file from"));
            assertThat(humidity).isEmpty();

            trustWhatWasRejected(pki);

            await().atMost(PATIENCE).until(() -> !humidity.isEmpty());
            assertThat(fact("security")).isEqualTo("Basic256Sha256");
            context.stop();
        }
    }

    private static void trustWhatWasRejected(Path pki) throws Exception {
        try (var files = Files.list(pki.resolve("rejected"))) {
            for (Path file : files.toList()) {
                Files.move(file, pki.resolve("trusted/certs").resolve(file.getFileName()));
            }
        }
    }

    private Path keyStore(KeyPair keys, X509Certificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("gateway", keys.getPrivate(), "secret".toCharArray(), new Certificate[] {certificate});
        Path file = folder.resolve("gateway.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "secret".toCharArray());
        }
        return file;
    }

    @Test
    void refusesToEncryptWithoutAFolderOfTrustedServers() throws Exception {
        KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
        Path store = keyStore(keys, Machine.certificate(keys, APPLICATION));
        machine.start(45.9, 23.5);

        monitor(
                "humidity",
                humidity,
                FAST + "&keyStoreUrl=" + store.toUri() + "&keyStorePassword=secret&keyPassword=secret");

        await().atMost(PATIENCE).until(() -> fact("lastError")
                .contains("no server is trusted: set pki of the configuration io.qanat.camel-milo"));
    }

    @Test
    void saysWhatTheServerOffersWhenNoEndpointMayBeUsed() throws Exception {
        machine.start(45.9, 23.5);

        monitor("humidity", humidity, FAST + "&allowedSecurityPolicies=Basic256Sha256");

        await().atMost(PATIENCE).until(() -> fact("lastError")
                .contains("it offers [Basic256Sha256, None]; all but None need keyStoreUrl"));
    }

    @Test
    void refusesAnEndpointWithoutANode() {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("milo-client:" + machine.url()).to("log:x");
                    }
                }))
                .hasStackTraceContaining("milo-client: has no node to monitor: name one, such as node=RAW(");
    }

    @Test
    void keepsThePasswordOutOfStatus() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("milo-client:" + machine.url().replace("//", "//plant:secret@") + "?node=RAW(ns=2;s=x)")
                        .to("log:x");
            }
        });

        await().atMost(PATIENCE).until(() -> !fact("lastError").isEmpty());
        assertThat(status().toString()).doesNotContain("secret").contains(machine.url());
    }
}
