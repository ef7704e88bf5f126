package io.qanat.gateway.demo;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.StageStatus;
import io.qanat.gateway.BrokerOptions;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Folders;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import io.qanat.gateway.control.ControlServer;
import io.qanat.gateway.demo.Replayer.Pace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, from a recording to alarms at two endpoints. */
@Command(
        name = "demo",
        description = "Replays a recording of four sensor motes through the gateway and reports what came out.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 100;
    private static final long PROGRESS_MILLIS = 2000;
    private static final long STALL_SECONDS = 60;

    @Mixin
    private BrokerOptions brokerOptions = new BrokerOptions();

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "200",
            description = "How many times faster than recorded; max: as fast as the broker takes it. Default: 200.")
    private String speed = "200";

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1",
            description = "Readings of a mote that the broker may not have acknowledged yet. Default: 1, as a sensor"
                    + " does. More is faster, but Artemis, the embedded broker, then delivers some out of order and"
                    + " they are counted late.")
    private int inFlight = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private @Nullable Path reportFile;

    @Option(names = "--route", paramLabel = "FILE", description = "Route text. Default: routes/readings-to-alarms.xml.")
    private @Nullable Path route;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder of the store. Default: a new one, deleted at the end.")
    private @Nullable Path data;

    @Option(names = "--keep-running", description = "Stays up on live input after the replay, until Ctrl-C.")
    private boolean keepRunning;

    @Override
    public Integer call() throws Exception {
        long period = periodNanos(speed);
        Path folder = data == null ? Files.createTempDirectory("qanat-demo") : data;
        ControlServer.requireFree(folder);
        Files.createDirectories(folder);
        try {
            return run(folder, period);
        } finally {
            if (data == null) {
                Folders.delete(folder);
            }
        }
    }

    static long periodNanos(String speed) {
        if (speed.equals("max")) {
            return 0;
        }
        try {
            double factor = Double.parseDouble(speed);
            if (factor > 0) {
                return (long) (Recording.PERIOD.toNanos() / factor);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrongSpeed(speed), e);
        }
        throw new IllegalArgumentException(wrongSpeed(speed));
    }

    private static String wrongSpeed(String speed) {
        return "--speed is '" + speed + "': it must be a number above 0, or max";
    }

    private int run(Path folder, long period) throws Exception {
        try (EmbeddedBroker embedded = brokerOptions.broker().isPresent() ? null : EmbeddedBroker.start(folder)) {
            Broker broker = embedded == null ? brokerOptions.broker().orElseThrow() : embedded.broker();
            return run(folder, period, broker);
        }
    }

    private int run(Path folder, long period, Broker broker) throws Exception {
        Home home = Home.find();
        Recording recording = Recording.read(home.recording());
        try (Receivers receivers = Receivers.start(broker);
                Gateway gateway = Gateway.start(
                        home, folder, route == null ? home.route() : route, broker.placeholders(receivers.webhook()));
                Replayer replayer = new Replayer(broker, recording, new Pace(period, inFlight, 0))) {
            waitFor("the routes to start", () -> connected(gateway));
            System.out.printf(
                    "Replaying %,d readings of %d motes over %s%n",
                    recording.size(), recording.motes().size(), broker);
            long begin = System.nanoTime();
            replayer.start();
            replay(gateway, replayer);
            double seconds = (System.nanoTime() - begin) / 1e9;
            settle(gateway);
            List<Path> models = List.of(home.models(), Gateway.addedModels(folder));
            return report(Report.of(gateway, models, recording, receivers, seconds), gateway);
        }
    }

    private static boolean connected(Gateway gateway) {
        gateway.requireRoutes();
        return gateway.status("mqtt:" + Report.SOURCE)
                .filter(status -> "connected".equals(status.facts().get("connection")))
                .isPresent();
    }

    /** Until every published reading has come out of the route. */
    private static void replay(Gateway gateway, Replayer replayer) throws Exception {
        long lastProgress = System.nanoTime();
        long shownAt = 0;
        long seen = -1;
        while (!replayer.done() || !drained(gateway, replayer.published())) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            long now = System.nanoTime();
            long received = Report.input(gateway).received();
            if (received != seen) {
                seen = received;
                lastProgress = now;
            } else if (now - lastProgress > TimeUnit.SECONDS.toNanos(STALL_SECONDS)) {
                throw new IllegalStateException("nothing arrived for " + STALL_SECONDS + " s after " + received
                        + " readings. " + progress(gateway));
            }
            if (now - shownAt > TimeUnit.MILLISECONDS.toNanos(PROGRESS_MILLIS)) {
                shownAt = now;
                System.out.println(progress(gateway));
            }
        }
    }

    private static boolean drained(Gateway gateway, long published) {
        StageStatus mqtt = gateway.status("mqtt:" + Report.SOURCE).orElseThrow();
        InputLedger input = Report.input(gateway);
        return input.received() + input.redelivered() >= published
                && mqtt.count("waiting") == 0
                && mqtt.count("inFlight") == 0;
    }

    private static String progress(Gateway gateway) {
        InputLedger input = Report.input(gateway);
        StageStatus onnx = gateway.status("onnx:mote-detector").orElse(new StageStatus("onnx", Map.of(), Map.of()));
        long alarms = gateway.status("alarm:mote-anomaly")
                .map(status -> status.count("raised"))
                .orElse(0L);
        return "readings %,7d  windows %,6d  mean batch %4.1f  alarms %3d  backlog %,5d in, %d out"
                .formatted(
                        input.received(),
                        onnx.count("windows"),
                        onnx.measure("meanBatchSize"),
                        alarms,
                        input.open(),
                        pending(gateway));
    }

    private static long pending(Gateway gateway) {
        return gateway.ledgers().delivery().values().stream()
                .mapToLong(DeliveryLedger::pending)
                .sum();
    }

    /** The recording has ended: frees the last unfinished windows and waits for the endpoints. */
    private static void settle(Gateway gateway) throws Exception {
        gateway.partialWindows().closeUnscored().get(STALL_SECONDS, TimeUnit.SECONDS);
        waitFor(
                "the endpoints to acknowledge",
                () -> pending(gateway) == 0 && Report.input(gateway).open() == 0);
    }

    private static void waitFor(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + STALL_SECONDS + " s for " + what + ", in vain");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private int report(Report report, Gateway gateway) throws Exception {
        System.out.println(report.summary());
        if (reportFile != null) {
            report.write(reportFile);
        }
        if (keepRunning) {
            stayUp(gateway);
        }
        return report.complete() ? 0 : 1;
    }

    private static void stayUp(Gateway gateway) throws InterruptedException {
        System.out.println("The gateway goes on with live input on qanat/v1/readings/+; Ctrl-C ends it.");
        while (!Thread.currentThread().isInterrupted()) {
            TimeUnit.MILLISECONDS.sleep(5 * PROGRESS_MILLIS);
            System.out.println(progress(gateway));
        }
    }
}
