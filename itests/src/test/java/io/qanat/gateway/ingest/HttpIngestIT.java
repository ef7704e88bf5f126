package io.qanat.gateway.ingest;

import static io.qanat.gateway.ingest.Gateways.identity;
import static io.qanat.gateway.ingest.Gateways.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Identity;
import io.qanat.faults.StoreFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example route for HTTP in a gateway process, asked with Java's own client. */
@Timeout(120)
class HttpIngestIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TOKEN = "t0ken-of-the-line";
    private static final int SENDERS = 4;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private int port;
    private Gateways gateway;

    @BeforeEach
    void start() throws Exception {
        port = Gateways.freePort();
        gateway = new Gateways(
                folder,
                "http-to-alarms.xml",
                "http",
                Gateways.NO_BROKER,
                List.of("netty-http"),
                Map.of("ingest.address", "127.0.0.1:" + port));
        Files.writeString(gateway.data().resolve("secrets/ingest-token"), TOKEN);
        gateway.start();
        await().atMost(PATIENCE).until(() -> gateway.says("routes", "route.http-readings", "Started"));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private HttpResponse<String> post(String body, String token) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readings"))
                        .timeout(Duration.ofSeconds(20))
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void expect(String body, int code, String answer) throws Exception {
        HttpResponse<String> response = post(body, TOKEN);
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.statusCode()).isEqualTo(code);
        assertThat(response.headers().map()).doesNotContainKeys("authorization", "qanatoutcome");
    }

    @Test
    void answersWhatBecameOfEachReadingAndTheLedgerBalances() throws Exception {
        String bad = "{\"asset\":\"mote-1\"}";
        expect(reading("mote-1", 1), 200, answer(1, 0, 0, ""));
        expect(reading("mote-1", 1), 200, answer(0, 1, 0, ""));
        expect("", 400, answer(0, 0, 1, "empty"));
        expect("[1, 2", 400, answer(0, 0, 1, "malformed"));
        String batch = "[" + unwrapped(reading("mote-1", 2)) + "," + unwrapped(reading("mote-2", 2)) + "," + bad + "]";
        expect(batch, 400, answer(2, 0, 1, "missing-field"));

        assertThat(post(reading("mote-1", 3), "wrong").statusCode()).isEqualTo(401);
        assertThat(post(reading("mote-1", 3), "").statusCode()).isEqualTo(401);

        assertThat(gateway.count("received")).isEqualTo(6);
        assertThat(gateway.count("redelivered")).isEqualTo(1);
        assertThat(gateway.balanced()).isTrue();
    }

    @Test
    void answers503WhileNoRouteReceivesFromTheSource() throws Exception {
        gateway.loadRoutes(gateway.text().replace("from uri=\"ingest:http\"", "from uri=\"ingest:elsewhere\""));

        HttpResponse<String> response = post(reading("mote-1", 1), TOKEN);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        gateway.loadRoutes(gateway.text());
        expect(reading("mote-1", 1), 200, answer(1, 0, 0, ""));
    }

    private static String unwrapped(String array) {
        return array.substring(1, array.length() - 1);
    }

    private static String answer(int accepted, int redelivered, int rejected, String reason) {
        return "{\"accepted\":" + accepted + ",\"redelivered\":" + redelivered + ",\"rejected\":" + rejected
                + ",\"reason\":\"" + reason + "\"}";
    }

    @Test
    void holdsAllThatWasAnswered200AfterKillMinusNine() throws Exception {
        Set<Identity> answered = ConcurrentHashMap.newKeySet();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        for (int sender = 0; sender < SENDERS; sender++) {
            String asset = "mote-" + sender;
            senders.execute(() -> sendUntilItFails(asset, answered));
        }
        await().atMost(PATIENCE).until(() -> answered.size() > 200);

        gateway.kill();
        senders.shutdown();
        assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        StoreFile file = StoreFile.read(gateway.data().resolve("store/qanat.db"));
        assertThat(file.identities()).containsAll(answered);
        assertThat(file.accountedFor()).isEqualTo(file.count("received"));
        // At most one reading of each sender was journalled and not answered.
        assertThat(file.identities()).hasSizeLessThanOrEqualTo(answered.size() + SENDERS);
        gateway.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(gateway.count("received"))
                .isEqualTo(file.identities().size()));
        await().atMost(PATIENCE).until(gateway::balanced);
    }

    private void sendUntilItFails(String asset, Set<Identity> answered) {
        try {
            for (int number = 0; post(reading(asset, number), TOKEN).statusCode() == 200; number++) {
                answered.add(identity("http", asset, number));
            }
        } catch (IOException e) {
            // The gateway was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
