package io.qanat.faults;

import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Artemis in a process of its own, so that it can be killed and started again on the same port and the same data.
 *
 * <p>Threads: one at a time.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final Path data;
    private final Broker broker;
    private @Nullable Process process;

    public BrokerProcess(Path data) throws IOException {
        this.data = data;
        this.broker = new Broker("tcp://127.0.0.1:" + freePort(), "plant", "secret-of-this-run");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public Broker broker() {
        return broker;
    }

    public int port() {
        return URI.create(broker.url()).getPort();
    }

    /** Returns when it listens. */
    public void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        BrokerProcess.class.getName(),
                        data.toString(),
                        broker.url(),
                        broker.user(),
                        broker.password())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling("broker.log").toFile()))
                .start();
        awaitPort();
    }

    private void awaitPort() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isListening()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the broker does not start: see " + data.resolveSibling("broker.log"));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The process: data folder, URL, user, password. */
    public static void main(String[] args) throws Exception {
        EmbeddedBroker.start(Path.of(args[0]), true, new Broker(args[1], args[2], args[3]));
        new CountDownLatch(1).await();
    }
}
