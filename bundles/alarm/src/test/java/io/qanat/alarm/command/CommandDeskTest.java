package io.qanat.alarm.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl;
import io.qanat.store.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jose4j.json.JsonUtil;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandDeskTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ALARM = "mote-anomaly/mote-1/2025-12-31T23:59:00Z";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final List<AlarmControl.Command> executed = new ArrayList<>();
    private Path operators;
    private SqliteStore store;
    private CommandDesk desk;
    private KeyPair keys;

    /** What {@link io.qanat.alarm.RunningAlarms} does has its own test: here it is whether it is asked at all. */
    private final class Recorded implements AlarmControl {
        @Override
        public List<Listed> list() {
            return List.of();
        }

        @Override
        public List<Alarm> history(int limit) {
            return List.of();
        }

        @Override
        public CompletableFuture<Done> execute(Command command) {
            executed.add(command);
            return command.target().asset().equals("mote-9")
                    ? CompletableFuture.failedFuture(new Refused("unknown-alarm", "there is no mote-9"))
                    : CompletableFuture.completedFuture(new Done(ALARM, true));
        }
    }

    @BeforeEach
    void start() throws Exception {
        operators = Files.createDirectory(directory.resolve("operators"));
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        operator("anna", "commands=acknowledge, shelve\nalarms=mote-anomaly/*", keys);
        open("", NOW);
    }

    private void open(String audience, Instant now) throws Exception {
        store = SqliteStore.open(directory.resolve("store"), Clock.systemUTC());
        desk = new CommandDesk(
                new CommandConfig(Optional.of(operators), audience, Duration.ofMinutes(5)),
                new Recorded(),
                store,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() throws Exception {
        desk.close();
        store.close();
    }

    private void restart(String audience, Instant now) throws Exception {
        stop();
        open(audience, now);
    }

    private void operator(String name, String properties, KeyPair pair) throws Exception {
        String encoded = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
        Files.writeString(
                operators.resolve(name + ".pem"),
                "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n");
        Files.writeString(operators.resolve(name + ".properties"), properties);
    }

    @Test
    void carriesOutWhatAnOperatorSigned() throws Exception {
        String token = token(
                "EdDSA",
                keys.getPrivate(),
                claims("anna", "1", "shelve", "\"duration\":\"PT2H\",\"comment\":\"repair\""));

        assertThat(answer(token))
                .isEqualTo(Map.of("jti", "1", "cmd", "shelve", "result", "done", "alarm", ALARM, "told", true));
        assertThat(executed)
                .containsExactly(new AlarmControl.Command(
                        AlarmControl.Kind.SHELVE,
                        AlarmControl.Target.of(ALARM),
                        "anna",
                        "repair",
                        Optional.of(Duration.ofHours(2))));
    }

    @Test
    void takesEs256AndHs256ToTheirKeys() throws Exception {
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(256);
        KeyPair pair = curve.generateKeyPair();
        operator("bert", "commands=acknowledge\nalarms=*", pair);
        Files.writeString(operators.resolve("cleo.secret"), SECRET + "\n");
        Files.writeString(operators.resolve("cleo.properties"), "commands=acknowledge\nalarms=*");

        assertThat(answer(token("ES256", pair.getPrivate(), claims("bert", "1", "acknowledge", ""))))
                .containsEntry("result", "done");
        assertThat(answer(token("HS256", secret(), claims("cleo", "1", "acknowledge", ""))))
                .containsEntry("result", "done");
    }

    @Test
    void refusesAForgedToken() throws Exception {
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        refused("bad-signature", token("EdDSA", other.getPrivate(), claims("anna", "1", "acknowledge", "")));
        String good = token("EdDSA", keys.getPrivate(), claims("anna", "2", "acknowledge", ""));
        String[] parts = good.split("\\.");
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims("anna", "2", "shelve", "").getBytes(StandardCharsets.UTF_8));
        refused("bad-signature", parts[0] + "." + payload + "." + parts[2]);
    }

    @Test
    void refusesATokenWithoutASignature() throws Exception {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims("anna", "1", "acknowledge", "").getBytes(StandardCharsets.UTF_8));
        refused("bad-signature", header + "." + payload + ".");
    }

    @Test
    void refusesAPublicKeyThatServesAsASecret() throws Exception {
        Key asSecret = new HmacKey(keys.getPublic().getEncoded());
        refused("bad-signature", token("HS256", asSecret, claims("anna", "1", "acknowledge", "")));
    }

    @Test
    void takesATokenOnceAlsoAfterARestartAndWhenTheClockWentBack() throws Exception {
        String token = token("EdDSA", keys.getPrivate(), claims("anna", "1", "acknowledge", ""));
        assertThat(answer(token)).containsEntry("result", "done");
        refused("replayed", token);
        restart("", NOW);
        refused("replayed", token);
        restart("", NOW.plusSeconds(600));
        refused("expired", token);
        assertThat(answer(token("EdDSA", keys.getPrivate(), claims(NOW.plusSeconds(600), 60, "anna", "2"))))
                .as("by then the first is forgotten")
                .containsEntry("result", "done");
        restart("", NOW);
        refused("expired", token);
        assertThat(executed).hasSize(2);
    }

    @Test
    void refusesWhatIsTooOldTooNewOrValidForTooLong() throws Exception {
        refused("expired", token("EdDSA", keys.getPrivate(), claims(NOW.minusSeconds(100), 60, "anna", "1")));
        refused("not-yet-valid", token("EdDSA", keys.getPrivate(), claims(NOW.plusSeconds(100), 60, "anna", "2")));
        refused("too-long-lived", token("EdDSA", keys.getPrivate(), claims(NOW, 301, "anna", "3")));
    }

    @Test
    void refusesWhatTheOperatorMayNot() throws Exception {
        refused("not-allowed", token("EdDSA", keys.getPrivate(), claims("anna", "1", "reset", "")));
        String other = claims("anna", "2", "acknowledge", "").replace(ALARM, "press/mote-1/2025-12-31T23:59:00Z");
        refused("not-allowed", token("EdDSA", keys.getPrivate(), other));
    }

    @Test
    void refusesOperatorsThatAreNotKnown() throws Exception {
        for (String name : new String[] {"eve", "../anna", ""}) {
            refused("unknown-operator", token("EdDSA", keys.getPrivate(), claims(name, "1", "acknowledge", "")));
        }
        Files.delete(operators.resolve("anna.properties"));
        refused("unknown-operator", token("EdDSA", keys.getPrivate(), claims("anna", "1", "acknowledge", "")));
    }

    @Test
    void refusesAShortSecret() throws Exception {
        Files.writeString(operators.resolve("cleo.secret"), "short");
        Files.writeString(operators.resolve("cleo.properties"), "commands=acknowledge\nalarms=*");
        String answer = desk.take(token("HS256", secret(), claims("cleo", "1", "acknowledge", "")))
                .join();
        assertThat(answer).contains("operator-files", "cleo.secret has 5 bytes").doesNotContain("short\"");
    }

    @Test
    void refusesATokenForAnotherGateway() throws Exception {
        restart("hall-7", NOW);
        refused("wrong-audience", token("EdDSA", keys.getPrivate(), claims("anna", "1", "acknowledge", "")));
        refused(
                "wrong-audience",
                token("EdDSA", keys.getPrivate(), claims("anna", "2", "acknowledge", "\"aud\":\"hall-8\"")));
        assertThat(answer(token("EdDSA", keys.getPrivate(), claims("anna", "3", "acknowledge", "\"aud\":\"hall-7\""))))
                .containsEntry("result", "done");
    }

    @Test
    void refusesWhatIsNoCommandWithoutAStackTrace() throws Exception {
        refused("malformed", "");
        refused("malformed", "acknowledge please");
        refused("malformed", "x".repeat(20_000));
        refused("unknown-command", token("EdDSA", keys.getPrivate(), claims("anna", "1", "explode", "")));
        refused("missing-claim", token("EdDSA", keys.getPrivate(), "{\"sub\":\"anna\"}"));
        String vague = claims("anna", "2", "acknowledge", "").replace("\"alarm\"", "\"some\"");
        refused("missing-claim", token("EdDSA", keys.getPrivate(), vague));
        String wrong = claims("anna", "3", "acknowledge", "").replace(ALARM, "mote-1");
        refused("malformed", token("EdDSA", keys.getPrivate(), wrong));
        assertThat(desk.status().get(0).count("refused.malformed")).isEqualTo(4);
        assertThat(executed).isEmpty();
    }

    @Test
    void answersWhatTheAlarmsRefuse() throws Exception {
        String unknown = claims("anna", "1", "acknowledge", "").replace("mote-1/", "mote-9/");

        assertThat(answer(token("EdDSA", keys.getPrivate(), unknown)))
                .containsEntry("result", "refused")
                .containsEntry("reason", "unknown-alarm")
                .containsEntry("message", "there is no mote-9")
                .containsEntry("jti", "1");
    }

    private void refused(String reason, String token) throws Exception {
        assertThat(answer(token))
                .containsEntry("result", "refused")
                .containsEntry("reason", reason)
                .hasEntrySatisfying("message", message -> assertThat(String.valueOf(message))
                        .isNotBlank()
                        .doesNotContain("Exception", "jose4j"));
    }

    private Map<String, Object> answer(String token) throws Exception {
        return JsonUtil.parseJson(desk.take(token).join());
    }

    private static Key secret() {
        return new HmacKey(SECRET.getBytes(StandardCharsets.UTF_8));
    }

    private static String claims(String operator, String id, String command, String more) {
        return claims(NOW, 60, operator, id)
                .replace("\"acknowledge\"", "\"" + command + "\"" + (more.isEmpty() ? "" : "," + more));
    }

    private static String claims(Instant issuedAt, long seconds, String operator, String id) {
        return "{\"sub\":\"%s\",\"jti\":\"%s\",\"iat\":%d,\"exp\":%d,\"cmd\":\"acknowledge\",\"alarm\":\"%s\"}"
                .formatted(operator, id, issuedAt.getEpochSecond(), issuedAt.getEpochSecond() + seconds, ALARM);
    }

    private static String token(String algorithm, Key key, String claims) throws Exception {
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims);
        token.setKey(key);
        token.setAlgorithmHeaderValue(algorithm);
        return token.getCompactSerialization();
    }
}
