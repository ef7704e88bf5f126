package io.qanat.routes.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.DataClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "http:host/x, alarm",
        "https://host, alarm",
        "kafka:alarms, alarm",
        "qanat-mqtt:a/b, alarm",
        "outbox:a, alarm",
        "window:w, raw",
        "onnx:m, raw",
        "alarm:a, raw",
        "ingest:i, raw",
        "direct:d, raw",
        "log:l, derived",
        "file:/tmp, derived",
        "smtp:somebody, none",
        "class:java.net.Socket, none"
    })
    void knowsWhatEndpointsMayBeSentByDefault(String uri, String accepted) {
        assertThat(PolicyFile.catalogue().of(uri).accepts()).isEqualTo(DataClass.of(accepted));
    }

    @ParameterizedTest
    @CsvSource({"qanat-mqtt:a, raw", "outbox:a, alarm", "timer:t, none", "file:in, raw", "jms:queue, raw"})
    void knowsWhatComesFromEndpoints(String uri, String from) {
        assertThat(PolicyFile.catalogue().of(uri).from()).isEqualTo(DataClass.of(from));
    }

    @Test
    void putsTheOperatorsRulesFirst() throws IOException {
        Policy policy = policy(
                """
                endpoints:
                  - {uri: "http:historian.plant.example:8080/*", accepts: raw}
                  - {uri: "http:*", accepts: none}
                beans:
                  - {name: toCelsius, yields: derived}
                """);

        assertThat(policy.of("http://historian.plant.example:8080/in?x=1").accepts())
                .isEqualTo(DataClass.RAW);
        assertThat(policy.of("http://cloud.example/hook").accepts()).isEqualTo(DataClass.NONE);
        assertThat(policy.of("https://cloud.example/hook").accepts()).isEqualTo(DataClass.ALARM);
        assertThat(policy.bean("toCelsius")).isEqualTo(DataClass.DERIVED);
        assertThat(policy.bean("another")).isEqualTo(DataClass.RAW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://historian.example.evil.example/x",
                "http://historian.example@evil.example/x",
                "http://evil.example#@historian.example/x",
                "http://evil.example\\@historian.example/x",
                "http://evil.example?@historian.example/x",
                "http://historian.example/raw/../open",
                "https://historian.example/raw/x"
            })
    void isNotFooledByAddressesThatLookAlike(String uri) throws IOException {
        Policy policy = policy("endpoints: [{uri: \"http:historian.example/raw/*\", accepts: raw},"
                + " {uri: \"http:historian.example/x\", accepts: raw}]");

        assertThat(policy.of(uri).accepts()).isEqualTo(DataClass.ALARM);
    }

    @Test
    void comparesTheOptionsThatARuleNames() throws IOException {
        Policy policy = policy("endpoints: [{uri: \"kafka:raw?brokers=plant:9092\", accepts: raw}]");

        assertThat(policy.of("kafka:raw?acks=all&brokers=plant:9092").accepts()).isEqualTo(DataClass.RAW);
        assertThat(policy.of("kafka:raw?brokers=elsewhere:9092").accepts()).isEqualTo(DataClass.ALARM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoints: [{uri: 'http:h/*', accepts: secret}]|entry 1 of endpoints: 'secret' is no data class: it must be"
                        + " one of none, alarm, derived, raw",
                "endpoints: [{accepts: raw}]|entry 1 of endpoints: 'uri' is missing: add it",
                "endpoints: [{uri: 'http:h/*', acepts: raw}]|entry 1 of endpoints: the entry has [acepts]",
                "endpoints: [{uri: 'http:historian*', accepts: raw}]|also true of other hosts",
                "endpoints: [{uri: '*', accepts: raw}]|has no scheme",
                "endpoints: 3|endpoints is '3': it must be a list",
                "beans: [{name: b}]|entry 1 of beans: 'yields' is missing",
                "[|is no YAML"
            })
    void saysWhatIsWrongWithAFile(String text, String message) {
        assertThatThrownBy(() -> policy(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("policy.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> PolicyFile.read(folder.resolve("absent.yaml"), text -> text))
                .hasMessageContaining("absent.yaml cannot be read");
    }

    private Policy policy(String text) throws IOException {
        return PolicyFile.read(Files.writeString(folder.resolve("policy.yaml"), text), value -> value);
    }
}
