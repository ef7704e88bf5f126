package io.qanat.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.qanat.api.Journal;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Folders;
import io.qanat.gateway.Home;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.gateway.demo.Recording;
import io.qanat.store.SqliteStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What receiving costs up to the acknowledgement, and what of it is the store's. */
@Command(
        name = "receive",
        description = "Readings per second from a backlog at the broker up to their acknowledgement, and processor time"
                + " of each: a bare Paho client, the ingress without a store, the ingress with the store.",
        mixinStandardHelpOptions = true)
final class ReceiveBench implements Callable<Integer> {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final String BARE = "bare Paho";
    private static final String MEMORY = "ingress, journal without cost";
    private static final String STORE = "ingress, journal in SQLite";

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--laps",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often the recording is in one backlog. Default: ${DEFAULT-VALUE}.")
    private int laps = 2;

    @Option(
            names = "--mosquitto",
            description =
                    "Receive from this machine's mosquitto, a process of its own, instead of the embedded Artemis:"
                            + " the processor time is then the receiver's alone.")
    private boolean mosquitto;

    /** What one turn showed. */
    private record Seen(double rate, double micros) {}

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        try {
            if (mosquitto) {
                try (Mosquitto broker = Mosquitto.start(folder)) {
                    measure(broker.broker(), folder);
                }
            } else {
                try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false)) {
                    measure(embedded.broker(), folder);
                }
            }
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    private void measure(Broker broker, Path folder) throws Exception {
        Backlog backlog = new Backlog(broker, Recording.read(Home.find().recording()), laps);
        for (String client : List.of(BareClient.ID, "bench-memory", "bench-store")) {
            backlog.subscribe(client);
        }
        try (SqliteStore store = SqliteStore.open(folder.resolve("store"), Clock.systemUTC())) {
            Journal memory = new MemoryJournal();
            print(new Turns<Seen>()
                    .before(backlog::publish)
                    .with(BARE, () -> seen(backlog, () -> BareClient.drain(broker, backlog)))
                    .with(MEMORY, () -> seen(backlog, () -> drain(broker, backlog, "bench-memory", memory)))
                    .with(STORE, () -> seen(backlog, () -> drain(broker, backlog, "bench-store", store)))
                    .take(1, rounds));
            System.out.println(store.input());
        }
    }

    private static Seen seen(Backlog backlog, Turns.Side<Double> drain) throws Exception {
        long before = PROCESS.getProcessCpuTime();
        double rate = drain.measure();
        return new Seen(rate, (PROCESS.getProcessCpuTime() - before) / 1e3 / backlog.size());
    }

    private static double drain(Broker broker, Backlog backlog, String clientId, Journal journal) throws Exception {
        BareClient.Clocked clocked = new BareClient.Clocked(backlog.size());
        String endpoint = Backlog.TOPICS + "?source=" + clientId + "&clientId=" + clientId + "&receiveMaximum="
                + Backlog.RECEIVE_MAXIMUM;
        try (IngressRoute route = IngressRoute.start(journal, broker, endpoint, reading -> clocked.count())) {
            return clocked.rate();
        }
    }

    private static void print(Map<String, List<Seen>> seen) {
        seen.forEach((side, turns) -> {
            System.out.println(series(side + ", readings/s", turns, Seen::rate).line("%,10.0f"));
            System.out.println(
                    series("  us of processor a reading", turns, Seen::micros).line("%10.1f"));
        });
        Series bare = series(BARE, seen.getOrDefault(BARE, List.of()), Seen::rate);
        for (String side : List.of(MEMORY, STORE)) {
            System.out.println(series(side, seen.getOrDefault(side, List.of()), Seen::rate)
                    .dividedBy(side + " / bare", bare)
                    .line("%10.2f"));
        }
    }

    private static Series series(String name, List<Seen> turns, ToDoubleFunction<Seen> figure) {
        return new Series(name, turns.stream().mapToDouble(figure).boxed().toList());
    }
}
