package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.gateway.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version of the model goes its whole way by the command line, while {@code qanat demo} replays its recording. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ModelDuringDemoIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MODEL = "mote-detector";
    private static final int READINGS = 18_914;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aVersionIsShadowedActivatedAndRolledBackWithoutALostReading() throws Exception {
        Path data = folder.resolve("data");
        Path report = folder.resolve("report.json");
        Path newer = signedVersion("1.1.0", data.resolve("trusted-keys"));
        Process demo = start(
                folder.resolve("demo.log"), List.of("demo", "--speed=400", "--data=" + data, "--report=" + report));
        ControlClient gateway = new ControlClient(data);
        awaitWindows(gateway, 200);

        onTheGateway(data, "add", newer.toString());
        onTheGateway(data, "shadow", MODEL, "1.1.0");
        await().atMost(PATIENCE).until(() -> figure(gateway, "shadow.compared") >= 200);
        assertThat(figure(gateway, "shadow.failed")).isZero();
        onTheGateway(data, "activate", MODEL, "1.1.0");
        assertThat(fact(gateway, "model.version")).isEqualTo("1.1.0");
        awaitWindows(gateway, figure(gateway, "windows") + 400);
        onTheGateway(data, "rollback", MODEL);
        assertThat(fact(gateway, "model.version")).isEqualTo("1.0.0");
        awaitWindows(gateway, figure(gateway, "windows") + 200);

        assertThat(figure(gateway, "failures")).isZero();
        assertThat(demo.isAlive()).isTrue();
        assertThat(demo.waitFor())
                .as(Files.readString(folder.resolve("demo.log")))
                .isZero();
        everyReadingHasItsOutcome(JSON.readTree(report.toFile()));
    }

    /** The shipped package as another version that runs its other variant, signed by a key that the gateway trusts. */
    private Path signedVersion(String version, Path trustedKeys) throws Exception {
        Path target = folder.resolve(version);
        Path shipped = home.models().resolve(MODEL).resolve("1.0.0");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(shipped.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        ObjectNode manifest =
                (ObjectNode) JSON.readTree(target.resolve("model.json").toFile());
        JSON.writeValue(
                target.resolve("model.json").toFile(),
                manifest.put("version", version).put("defaultVariant", "fp32"));
        qanat(0, "model", "key", folder.resolve("operator").toString());
        Files.createDirectories(trustedKeys);
        Files.copy(folder.resolve("operator.pem"), trustedKeys.resolve("operator.pem"));
        assertThat(qanat(1, "model", "verify", target.toString(), "--trusted-keys=" + trustedKeys))
                .contains("failed   signature")
                .contains("is NOT fit for use: 1 of 7 checks failed");
        qanat(0, "model", "sign", target.toString(), "--key=" + folder.resolve("operator.key"));
        assertThat(qanat(0, "model", "verify", target.toString(), "--trusted-keys=" + trustedKeys))
                .contains("passed   signature        by the trusted key operator.pem")
                .contains("passed   golden int8")
                .contains("is fit for use");
        return target;
    }

    private void onTheGateway(Path data, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("model", "--data=" + data));
        arguments.addAll(List.of(command));
        qanat(0, arguments.toArray(String[]::new));
    }

    /** @return what the command printed */
    private String qanat(int exitCode, String... arguments) throws Exception {
        Path log = Files.createTempFile(folder, "command", ".log");
        Process process = start(log, List.of(arguments));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
        return output;
    }

    private Process start(Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dqanat.home=" + home.root(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                Main.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        started.add(process);
        return process;
    }

    private static void awaitWindows(ControlClient gateway, long windows) {
        await().atMost(PATIENCE).ignoreException(IOException.class).until(() -> figure(gateway, "windows") >= windows);
    }

    private static JsonNode model(ControlClient gateway) throws IOException {
        for (JsonNode stage : gateway.call("status", Map.of()).path("stages")) {
            if (stage.path("stage").asText().equals("onnx:" + MODEL)) {
                return stage;
            }
        }
        throw new IOException("no route uses the model yet");
    }

    private static long figure(ControlClient gateway, String name) throws IOException {
        return model(gateway).path("figures").path(name).asLong();
    }

    private static String fact(ControlClient gateway, String name) throws IOException {
        return model(gateway).path("facts").path(name).asText();
    }

    private static void everyReadingHasItsOutcome(JsonNode report) {
        JsonNode input = report.path("ledger");
        assertThat(input.path("received").asInt()).isEqualTo(READINGS);
        assertThat(input.path("normal").asInt() + input.path("alarmed").asInt()).isEqualTo(READINGS);
        assertThat(input.path("alarmed").asInt()).isPositive();
        assertThat(input.path("balanced").asBoolean()).isTrue();
        report.path("delivery").forEach(endpoint -> {
            assertThat(endpoint.path("enqueued").asInt()).isPositive();
            assertThat(endpoint.path("delivered").asInt())
                    .isEqualTo(endpoint.path("enqueued").asInt());
        });
        assertThat(report.path("receiversAgree").asBoolean()).isTrue();
    }
}
