package io.qanat.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketIT {
    private final Path data;
    private final ControlClient client;

    ControlSocketIT(@TempDir Path data) {
        this.data = data;
        this.client = new ControlClient(data);
    }

    private ControlServer serving(Operation operation) throws IOException {
        ControlServer server = ControlServer.bind(data);
        server.serve(Map.of("echo", operation));
        return server;
    }

    @Test
    void answersWithWhatTheOperationGives() throws Exception {
        try (ControlServer server =
                serving(arguments -> Map.of("told", arguments.path("text").asText()))) {
            JsonNode answer = client.call("echo", Map.of("text", "ein\nQanāt"));

            assertThat(answer.path("told").asText()).isEqualTo("ein\nQanāt");
        }
    }

    @Test
    void tellsTheClientWhyAnOperationFailed() throws Exception {
        Operation failing = arguments -> {
            throw new IllegalStateException("the disk is full: make room");
        };
        try (ControlServer server = serving(failing)) {
            assertThatThrownBy(() -> client.call("echo", Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk is full: make room");
            assertThatThrownBy(() -> client.call("ecko", Map.of()))
                    .hasMessage("this gateway has no operation 'ecko': it has [echo]");
        }
    }

    @Test
    void letsOnlyTheOwnerIn() throws Exception {
        try (ControlServer server = serving(arguments -> "")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("control"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesASecondGatewayOnTheSameData() throws Exception {
        try (ControlServer server = serving(arguments -> "first")) {
            assertThatThrownBy(() -> ControlServer.bind(data))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another gateway already runs on " + data);
            assertThat(client.call("echo", Map.of()).asText()).isEqualTo("first");
        }
    }

    @Test
    void takesOverTheSocketOfAKilledGateway() throws Exception {
        ControlSocket.prepare(data);
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(ControlSocket.address(data));
        killed.close();
        assertThat(ControlSocket.file(data)).exists();

        try (ControlServer server = serving(arguments -> "second")) {
            assertThat(client.call("echo", Map.of()).asText()).isEqualTo("second");
        }
        assertThat(ControlSocket.file(data)).doesNotExist();
    }

    @Test
    void saysThatNoGatewayRuns() {
        assertThat(client.isAnswered()).isFalse();
        assertThatThrownBy(() -> client.call("echo", Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no gateway runs on the data folder " + data);
    }

    @Test
    void refusesAFolderWhosePathIsTooLongForASocket() {
        Path deep = data.resolve("x".repeat(100));

        assertThatThrownBy(() -> ControlServer.bind(deep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Linux takes 107");
    }
}
