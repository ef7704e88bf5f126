package io.qanat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Drops packets of one port on the loopback, in both directions, by the kernel's packet filter: TCP sees a network that
 * loses them.
 *
 * <p>It needs root and iptables. Threads: one at a time.
 */
final class Firewall implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("/usr/sbin/iptables", "/sbin/iptables");

    private final String port;
    private final String probability;

    private Firewall(String port, String probability) {
        this.port = port;
        this.probability = probability;
    }

    /** Whether this machine can do it. */
    static boolean isPossible() {
        try (Firewall trial = dropping(1, 0.5)) {
            return trial != null;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param probability that a packet is lost, over 0 to 1 */
    static Firewall dropping(int port, double probability) throws IOException, InterruptedException {
        Firewall firewall = new Firewall(Integer.toString(port), Double.toString(probability));
        firewall.rule("-I", "--dport");
        firewall.rule("-I", "--sport");
        return firewall;
    }

    private void rule(String action, String end) throws IOException, InterruptedException {
        Shell.run(
                program(),
                "-w",
                action,
                "INPUT",
                "-i",
                "lo",
                "-p",
                "tcp",
                end,
                port,
                "-m",
                "statistic",
                "--mode",
                "random",
                "--probability",
                probability,
                "-j",
                "DROP");
    }

    private static String program() throws IOException {
        Optional<String> program = PROGRAMS.stream()
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst();
        return program.orElseThrow(() -> new IOException("there is no iptables on this machine"));
    }

    /** @throws IllegalStateException when not a packet was lost: then there was no fault */
    void requireDropped() throws IOException, InterruptedException {
        boolean dropped = Stream.of(Shell.run(program(), "-w", "-nvxL", "INPUT").split("\n"))
                .filter(line -> line.contains("pt:" + port + " "))
                .anyMatch(line -> !line.strip().startsWith("0 "));
        if (!dropped) {
            throw new IllegalStateException("no packet of port " + port + " was dropped: the fault did not happen");
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        rule("-D", "--dport");
        rule("-D", "--sport");
    }
}
