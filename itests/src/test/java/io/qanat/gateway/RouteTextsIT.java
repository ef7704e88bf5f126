package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route texts by the command line, in processes of their own. */
class RouteTextsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void theTwinsInXmlAndYamlGiveTheSameAlarms() throws Exception {
        JsonNode reportOfXml = report(demo("xml"), "xml");
        JsonNode reportOfYaml = report(demo("yaml"), "yaml");

        assertThat(reportOfXml.path("ledger").path("alarmed").asInt()).isPositive();
        assertThat(reportOfYaml.path("ledger").path("alarmed"))
                .isEqualTo(reportOfXml.path("ledger").path("alarmed"));
        assertThat(reportOfYaml.path("delivery")).isEqualTo(reportOfXml.path("delivery"));
        assertThat(reportOfYaml.path("receiversAgree").asBoolean()).isTrue();
    }

    @Test
    void checksTextsWithoutAGateway() throws Exception {
        String text = Files.readString(home.root().resolve("routes/readings-to-alarms.yaml"));
        Path wrong = Files.writeString(
                folder.resolve("wrong.yaml"),
                text.replace("maxBatch", "maxBach").replace("mote-detector", "mote-detecter"));

        Process check = start(
                "check",
                "route",
                "--data=" + folder.resolve("none"),
                "check",
                home.root().resolve("routes/readings-to-alarms.xml").toString(),
                wrong.toString());

        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(folder.resolve("check.log"));
        assertThat(check.exitValue()).as(output).isEqualTo(1);
        assertThat(output)
                .contains("readings-to-alarms.xml: no mistake found")
                .contains(
                        wrong + ":17:11: the model 'mote-detecter' is not on the gateway: did you mean mote-detector?")
                .contains(wrong + ":17:34: unknown option 'maxBach' of onnx: did you mean maxBatch?");
    }

    private Process demo(String language) throws IOException {
        return start(
                language,
                "demo",
                "--speed=max",
                "--route=" + home.root().resolve("routes/readings-to-alarms." + language),
                "--report=" + folder.resolve(language + ".json"));
    }

    private JsonNode report(Process demo, String language) throws Exception {
        assertThat(demo.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue())
                .as(Files.readString(folder.resolve(language + ".log")))
                .isZero();
        return JSON.readTree(folder.resolve(language + ".json").toFile());
    }

    private Process start(String log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dqanat.home=" + home.root(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log + ".log").toFile())
                .start();
        started.add(process);
        return process;
    }
}
