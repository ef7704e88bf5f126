package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A mosquitto of this machine in a process of its own, on the loopback, that keeps what is queued for absent clients. */
final class Mosquitto implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    private final Process process;
    private final Broker broker;

    private Mosquitto(Process process, Broker broker) {
        this.process = process;
        this.broker = broker;
    }

    /** @throws IOException when it is not installed */
    static Mosquitto start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path settings = Files.write(
                folder.resolve("mosquitto.conf"),
                List.of("listener " + port + " 127.0.0.1", "allow_anonymous true", "max_queued_messages 0"));
        Process process = new ProcessBuilder(program(), "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mosquitto.log").toFile())
                .start();
        Mosquitto mosquitto = new Mosquitto(process, new Broker("tcp://127.0.0.1:" + port, "bench", ""));
        Waiting.until("mosquitto listens", LIMIT_SECONDS, () -> listens(port));
        return mosquitto;
    }

    /** Debian puts it where only root's path leads. */
    private static String program() {
        Path debian = Path.of("/usr/sbin/mosquitto");
        return Files.isExecutable(debian) ? debian.toString() : "mosquitto";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Broker broker() {
        return broker;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
