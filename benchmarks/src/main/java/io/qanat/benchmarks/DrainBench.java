package io.qanat.benchmarks;

import io.qanat.api.InputLedger;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Receivers;
import io.qanat.gateway.demo.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast a backlog at the broker is drained: by the whole gateway, and by a client that only acknowledges. */
@Command(
        name = "drain",
        description = "Readings per second through the whole gateway, from a backlog at the broker to outcomes in the"
                + " store, against a bare Paho client that only acknowledges the same backlog.",
        mixinStandardHelpOptions = true)
final class DrainBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LIMIT_SECONDS = 300;

    /** The client id that the shipped route connects with. */
    private static final String GATEWAY_ID = "qanat-plant";

    @Option(names = "--repetitions", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int repetitions = 5;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        Home home = Home.find();
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false);
                Receivers receivers = Receivers.start(embedded.broker());
                Gateway gateway =
                        Gateway.start(home, folder, idle(home, folder), placeholders(embedded.broker(), receivers))) {
            measure(home, embedded.broker(), gateway);
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    /** The shipped text without its first route: nothing is received. */
    private static Path idle(Home home, Path folder) throws Exception {
        String text = Files.readString(home.route());
        int from = text.indexOf("<route id=\"readings-to-alarms\">");
        int to = text.indexOf("</route>", from) + "</route>".length();
        return Files.writeString(
                folder.resolve(home.route().getFileName()), text.substring(0, from) + text.substring(to));
    }

    private static Map<String, String> placeholders(Broker broker, Receivers receivers) {
        return Map.of(
                "mqtt.url", broker.url(),
                "mqtt.user", broker.user(),
                "mqtt.password", broker.password(),
                "webhook.url", receivers.webhook());
    }

    private void measure(Home home, Broker broker, Gateway gateway) throws Exception {
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
        String name = String.valueOf(home.route().getFileName());
        String full = Files.readString(home.route());
        String idle = Files.readString(idle(home, Files.createTempDirectory("qanat-bench-route")));
        Backlog backlog = new Backlog(broker, Recording.read(home.recording()));
        backlog.subscribe(GATEWAY_ID);
        backlog.subscribe(BareClient.ID);
        List<Double> bare = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        // The first round warms both sides up and is not counted.
        for (int round = 0; round <= repetitions; round++) {
            backlog.publish();
            double bareRate;
            double wholeRate;
            if (round % 2 == 0) {
                bareRate = BareClient.drain(broker, backlog);
                wholeRate = drain(gateway, loader, name, full, backlog.size());
            } else {
                wholeRate = drain(gateway, loader, name, full, backlog.size());
                bareRate = BareClient.drain(broker, backlog);
            }
            loader.load(name, idle);
            System.out.printf(
                    "round %d%s: bare Paho %,8.0f readings/s, gateway %,8.0f readings/s%n",
                    round, round == 0 ? " (warm-up)" : "", bareRate, wholeRate);
            if (round > 0) {
                bare.add(bareRate);
                whole.add(wholeRate);
            }
        }
        Series bareSeries = new Series("bare Paho, acknowledging only, readings/s", bare);
        Series wholeSeries = new Series("whole gateway, readings/s", whole);
        System.out.println(bareSeries.line("%,10.0f"));
        System.out.println(wholeSeries.line("%,10.0f"));
        System.out.println(wholeSeries.dividedBy(bareSeries).line("%10.2f"));
        System.out.println(figures(gateway));
    }

    /** @return readings per second from the first one to the last outcome */
    private static double drain(Gateway gateway, RouteLoader loader, String name, String text, int size)
            throws Exception {
        long before = received(gateway);
        loader.load(name, text);
        await(() -> received(gateway) > before);
        long begin = System.nanoTime();
        await(() -> received(gateway) == before + size && isIdle(gateway));
        return size / ((System.nanoTime() - begin) / 1e9);
    }

    private static long received(Gateway gateway) {
        return gateway.ledgers()
                .input()
                .getOrDefault("plant", new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0))
                .received();
    }

    private static boolean isIdle(Gateway gateway) {
        return gateway.status("mqtt:plant")
                .filter(status -> status.count("waiting") == 0 && status.count("inFlight") == 0)
                .isPresent();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the backlog is not drained after " + LIMIT_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static String figures(Gateway gateway) {
        InputLedger input = gateway.ledgers().input().get("plant");
        StageStatus store = gateway.status("store").orElseThrow();
        StageStatus onnx = gateway.status("onnx:mote-detector").orElse(new StageStatus("onnx", Map.of(), Map.of()));
        return "%s; rows per commit %.1f; mean batch %.1f"
                .formatted(input, store.measure("rowsPerCommit"), onnx.measure("meanBatchSize"));
    }
}
