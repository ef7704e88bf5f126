package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Asks the gateway that runs on a data folder. Threads: any. */
public final class ControlClient {
    private final Path data;

    public ControlClient(Path data) {
        this.data = data;
    }

    /** Whether a gateway runs on the folder. */
    public boolean isAnswered() {
        return ControlSocket.isAnswered(data);
    }

    /**
     * @return what the gateway answers
     * @throws IOException when no gateway runs on the folder, or when it refuses: the message is the gateway's
     */
    public JsonNode call(String operation, Map<String, ?> arguments) throws IOException {
        JsonNode answer = ControlSocket.JSON.readTree(exchange(
                ControlSocket.JSON.writeValueAsString(Map.of("operation", operation, "arguments", arguments))));
        if (answer.has("error")) {
            throw new IOException(answer.get("error").asText());
        }
        return answer.path("result");
    }

    /** An answer as the value that the gateway gave. */
    public static <T> T read(JsonNode answer, Class<T> type) throws IOException {
        return ControlSocket.JSON.treeToValue(answer, type);
    }

    private String exchange(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            Channels.newOutputStream(channel).write((request + "\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String answer = reader.readLine();
            if (answer == null) {
                throw new IOException("the gateway on " + data + " stopped before it answered");
            }
            return answer;
        }
    }

    private SocketChannel connect() throws IOException {
        try {
            return SocketChannel.open(ControlSocket.address(data));
        } catch (IOException e) {
            throw new IOException(
                    "no gateway runs on the data folder " + data + ": start one with ./qanat run --data " + data
                            + ", or name its folder with --data",
                    e);
        }
    }
}
