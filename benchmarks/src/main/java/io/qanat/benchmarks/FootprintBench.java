package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Folders;
import io.qanat.gateway.Home;
import io.qanat.gateway.Main;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Receivers;
import io.qanat.gateway.demo.Recording;
import io.qanat.gateway.demo.Replayer;
import io.qanat.gateway.demo.Replayer.Pace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** What the gateway needs: memory of its own process under the demo's load, and the sizes of its bundles. */
@Command(
        name = "footprint",
        description = "Heap and resident memory of the gateway's own process while it takes the recording, and the"
                + " sizes of its bundles.",
        mixinStandardHelpOptions = true)
final class FootprintBench implements Callable<Integer> {
    private static final long LIMIT_SECONDS = 60;
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        Path folder = Files.createTempDirectory("qanat-bench");
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false);
                Receivers receivers = Receivers.start(embedded.broker())) {
            Process gateway = start(home, folder, embedded.broker(), receivers.webhook());
            try {
                awaitSession(folder.resolve("gateway.log"));
                long idleKib = kib(gateway, "VmRSS");
                replay(embedded.broker(), Recording.read(home.recording()));
                report(gateway, idleKib);
            } finally {
                gateway.destroy();
                gateway.waitFor();
            }
        } finally {
            Folders.delete(folder);
        }
        sizes(home);
        return 0;
    }

    private static Process start(Home home, Path folder, Broker broker, String webhook) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dqanat.home=" + home.root(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        Main.class.getName(),
                        "run",
                        "--broker=" + broker.url(),
                        "--user=" + broker.user(),
                        "--password=" + broker.password(),
                        "--data=" + folder.resolve("gateway"),
                        "--webhook=" + webhook)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gateway.log").toFile())
                .start();
    }

    private static void awaitSession(Path log) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!Files.readString(log).contains("as qanat-plant")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the gateway does not start:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static void replay(Broker broker, Recording recording) throws Exception {
        try (Replayer replayer = new Replayer(broker, recording, new Pace(0, 1, 0))) {
            replayer.start();
            while (!replayer.done()) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        TimeUnit.SECONDS.sleep(2);
    }

    private static void report(Process gateway, long idleKib) throws Exception {
        System.out.printf(Locale.ROOT, "resident, started           %6.1f MiB%n", idleKib / 1024.0);
        System.out.printf(Locale.ROOT, "resident, after the load    %6.1f MiB%n", kib(gateway, "VmRSS") / 1024.0);
        System.out.printf(Locale.ROOT, "resident, highest           %6.1f MiB%n", kib(gateway, "VmHWM") / 1024.0);
        jcmd(gateway, "GC.run");
        System.out.printf(
                Locale.ROOT, "heap after a collection     %6.1f MiB of at most 256%n", heapKib(gateway) / 1024.0);
    }

    private static long kib(Process process, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("the system does not tell " + field + " of a process");
    }

    private static long heapKib(Process process) throws Exception {
        Matcher used = USED.matcher(jcmd(process, "GC.heap_info"));
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
        }
        return sum;
    }

    private static String jcmd(Process process, String command) throws Exception {
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        tool.waitFor();
        return output;
    }

    private static void sizes(Home home) throws IOException {
        try (Stream<Path> files = Files.list(home.bundles())) {
            List<Path> bundles = files.sorted().toList();
            long total = 0;
            for (Path bundle : bundles) {
                long size = Files.size(bundle);
                total += size;
                System.out.printf("%-56s %,12d bytes%n", bundle.getFileName(), size);
            }
            System.out.printf("%-56s %,12d bytes%n", "all bundles", total);
        }
    }
}
