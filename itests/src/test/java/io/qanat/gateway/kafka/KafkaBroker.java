package io.qanat.gateway.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka node, broker and controller, in a process of its own on loopback, so that it can be killed, frozen and
 * started again on the same port and the same data. Topics are not made by themselves, and what no ACL is about is
 * allowed. It ends with the process that started it.
 *
 * <p>Threads: one at a time.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port = freePort();
    private @Nullable Process process;

    /** @param folder for its data, its configuration and its log, {@code kafka.log} */
    public KafkaBroker(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        String controller = "127.0.0.1:" + freePort();
        Files.writeString(
                configuration(),
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%2$s
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                group.initial.rebalance.delay.ms=0
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=true
                num.io.threads=2
                num.network.threads=1
                """
                        .formatted(address(), controller, folder.resolve("data")));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free port on loopback", e);
        }
    }

    private Path configuration() {
        return folder.resolve("server.properties");
    }

    /** Host and port, for {@code bootstrap.servers}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns when it answers. */
    public void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        configuration().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("kafka.log").toFile()))
                .start();
        try (Admin admin = admin()) {
            admin.describeCluster().nodes().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException("Kafka does not answer: see " + folder.resolve("kafka.log"), e);
        }
    }

    /** The caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                address(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    /** SIGSTOP: connections stay, nothing is answered. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process running = process;
        if (running == null
                || new ProcessBuilder("kill", signal, Long.toString(running.pid()))
                                .start()
                                .waitFor()
                        != 0) {
            throw new IOException("Kafka does not run: it cannot get " + signal);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The process: its configuration. */
    public static void main(String[] args) {
        Thread parent = new Thread(KafkaBroker::endWithTheParent, "parent");
        parent.setDaemon(true);
        parent.start();
        // Once: another identity would not fit to the data.
        if (!Files.exists(Path.of(args[0]).resolveSibling("data"))) {
            StorageTool.execute(
                    List.of("format", "-t", Uuid.randomUuid().toString(), "-c", args[0])
                            .toArray(String[]::new),
                    System.out);
        }
        Kafka.main(args);
    }

    private static void endWithTheParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent writes nothing; its end closes the stream.
            }
        } catch (IOException e) {
            System.err.println("The parent is gone: " + e);
        }
        Runtime.getRuntime().halt(1);
    }
}
