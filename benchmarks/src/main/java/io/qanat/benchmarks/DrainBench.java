package io.qanat.benchmarks;

import io.qanat.api.RouteLoader;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Folders;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Receivers;
import io.qanat.gateway.demo.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast a backlog at the broker is drained: by the whole gateway, and by a client that only acknowledges. */
@Command(
        name = "drain",
        description = "Readings per second through the whole gateway, from a backlog at the broker to outcomes in the"
                + " store, of a durable and of a volatile source, against a bare Paho client that only acknowledges the"
                + " same backlog.",
        mixinStandardHelpOptions = true)
final class DrainBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SOURCE = "plant";
    private static final String PASSING = "passing";
    private static final String BARE = "bare Paho, acknowledging only";
    private static final String WHOLE = "whole gateway";
    private static final String VOLATILE = "whole gateway, the source volatile";

    /** Rounds until the code of both sides is compiled; not counted. */
    private static final int WARM_UP = 2;

    @Option(names = "--repetitions", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int repetitions = 5;

    @Option(
            names = "--laps",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often the recording is in one backlog. Default: ${DEFAULT-VALUE}.")
    private int laps = 2;

    DrainBench() {}

    DrainBench(int repetitions, int laps) {
        this.repetitions = repetitions;
        this.laps = laps;
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        Home home = Home.find();
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false);
                Receivers receivers = Receivers.start(embedded.broker());
                Gateway gateway = Gateway.start(
                        home,
                        folder,
                        Files.writeString(
                                folder.resolve(GatewayDrain.TEXT), GatewayDrain.idle(Files.readString(home.route()))),
                        embedded.broker().placeholders(receivers.webhook()))) {
            measure(home, embedded.broker(), gateway);
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    private void measure(Home home, Broker broker, Gateway gateway) throws Exception {
        Backlog backlog = new Backlog(broker, Recording.read(home.recording()), laps);
        backlog.subscribe(BareClient.ID);
        RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
        String text = Files.readString(home.route());
        GatewayDrain whole = new GatewayDrain(gateway, loader, backlog, SOURCE, text);
        GatewayDrain passing = new GatewayDrain(gateway, loader, backlog, PASSING, ofVolatileSource(text));
        Progress.say("drain: %,d readings a round".formatted(backlog.size()));
        print(new Turns<Double>()
                .before(backlog::publish)
                .with(BARE, () -> BareClient.drain(broker, backlog))
                .with(WHOLE, whole::rate)
                .with(VOLATILE, passing::rate)
                .take(WARM_UP, repetitions));
        System.out.println("  " + whole.ledger());
        System.out.println("  " + passing.ledger());
    }

    /** Windows and alarms of its own, since the other side has had the same readings before. */
    private static String ofVolatileSource(String text) {
        return text.replace("source=" + SOURCE, "source=" + PASSING + "&amp;volatile=true")
                .replace("window:mote", "window:passing")
                .replace("alarm:mote-anomaly", "alarm:passing");
    }

    private static void print(Map<String, List<Double>> rates) {
        Series bare = new Series(BARE + ", readings/s", rates.getOrDefault(BARE, List.of()));
        Series whole = new Series(WHOLE + ", readings/s", rates.getOrDefault(WHOLE, List.of()));
        System.out.println("a backlog of readings at the broker:");
        System.out.println("  " + bare.line("%,10.0f"));
        System.out.println("  " + whole.line("%,10.0f"));
        Series passing = new Series(VOLATILE + ", readings/s", rates.getOrDefault(VOLATILE, List.of()));
        System.out.println("  " + passing.line("%,10.0f"));
        System.out.println(
                "  " + whole.dividedBy("gateway divided by bare Paho", bare).line("%10.2f"));
        System.out.println(
                "  " + passing.dividedBy("volatile divided by bare Paho", bare).line("%10.2f"));
    }
}
