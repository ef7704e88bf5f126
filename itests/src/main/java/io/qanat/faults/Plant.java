package io.qanat.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Home;
import io.qanat.gateway.demo.Receivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Four motes, a broker, the gateway behind a network, and two endpoints: broker and gateway are processes of their own.
 *
 * <pre>
 * motes --> broker --> relay --> gateway --> relay --> broker --> receiver
 *                                   +-----------------------> web hook
 * </pre>
 *
 * <p>Threads: one at a time.
 */
public final class Plant implements AutoCloseable {
    /** Readings of all motes that wait in open windows. */
    private static final int WAITING = 4 * InFlight.WAITING;

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final long LIMIT_SECONDS = 90;

    private final Home home;
    private final Path folder;
    private final BrokerProcess broker;
    private final Relay network;
    private final Receivers receivers;
    private final Motes motes;
    private final GatewayProcess gateway;

    private Plant(Home home, Path folder, BrokerProcess broker, Relay network, Receivers receivers) {
        this.home = home;
        this.folder = folder;
        this.broker = broker;
        this.network = network;
        this.receivers = receivers;
        this.motes = new Motes(broker.broker());
        Broker behind = new Broker(
                "tcp://127.0.0.1:" + network.port(),
                broker.broker().user(),
                broker.broker().password());
        this.gateway = new GatewayProcess(home, folder.resolve("gateway"), routes(), behind, receivers.webhook());
    }

    /** Everything but gateway and motes runs. */
    public static Plant start(Home home, Path folder) throws Exception {
        Files.createDirectories(folder.resolve("gateway"));
        Files.writeString(
                folder.resolve(home.route().getFileName()),
                Files.readString(home.route())
                        .replace("source=plant&amp;", "source=plant&amp;watchdog=3&amp;connectTimeout=4&amp;"));
        BrokerProcess broker = new BrokerProcess(folder.resolve("broker"));
        broker.start();
        return new Plant(home, folder, broker, Relay.to(broker.port()), Receivers.start(broker.broker()));
    }

    /** The shipped routes with a watchdog that looks every few seconds. */
    public Path routes() {
        return folder.resolve(home.route().getFileName());
    }

    /** The gateway's data folder. */
    public Path data() {
        return folder.resolve("gateway");
    }

    public BrokerProcess broker() {
        return broker;
    }

    public Relay network() {
        return network;
    }

    public Receivers receivers() {
        return receivers;
    }

    public Motes motes() {
        return motes;
    }

    public GatewayProcess gateway() {
        return gateway;
    }

    /** The bundles that the gateway runs. */
    Path bundles() {
        return home.bundles();
    }

    /** Returns when the gateway is subscribed; before, nobody publishes into the void. */
    public void startGateway() throws IOException, InterruptedException {
        gateway.start();
        awaitConnected();
    }

    /** The same with a wall clock of its own. */
    void startGateway(FakeClock clock) throws IOException, InterruptedException {
        gateway.start(clock.environment());
        awaitConnected();
    }

    private void awaitConnected() throws InterruptedException {
        Waiting.until("the gateway to connect", LIMIT_SECONDS, gateway::isConnected);
    }

    /** Returns when so many more readings are published. */
    public void awaitPublished(int more) throws InterruptedException {
        int goal = motes.published().size() + more;
        Waiting.until(
                more + " readings to be published",
                LIMIT_SECONDS,
                () -> motes.published().size() >= goal);
    }

    /** Returns in a moment in which something is in flight there, with what is in flight then. */
    StoreFile awaitInFlight(InFlight stage) throws InterruptedException {
        return Waiting.value(stage.text(), LIMIT_SECONDS, Duration.ofMillis(1), () -> Optional.of(storeFile())
                .filter(stage::isIn));
    }

    /** Returns when what the gateway receives has about that time, by its clock. */
    void awaitClock(Supplier<Instant> expected) throws InterruptedException {
        Waiting.until(
                "the gateway's clock to be at " + expected.get(),
                LIMIT_SECONDS,
                () -> Duration.between(expected.get(), storeFile().latest())
                                .abs()
                                .compareTo(CLOCK_TOLERANCE)
                        < 0);
    }

    private StoreFile storeFile() throws SQLException {
        return StoreFile.read(data().resolve("store/qanat.db"));
    }

    /** Returns when all that is published by now has been received and only open windows hold some of it. */
    public void awaitThrough() throws InterruptedException {
        int goal = motes.published().size();
        Waiting.until("the gateway to receive " + goal + " readings", LIMIT_SECONDS, () -> received() >= goal);
    }

    private long received() throws IOException {
        return input().path("received").asLong();
    }

    private JsonNode input() throws IOException {
        return gateway.status().path("input").path("plant");
    }

    /** Stops the motes, waits for the last outcome and the last alarm, and compares. */
    public Verdict verdict(Fault fault, double secondsToRecover) throws Exception {
        motes.stop();
        awaitThrough();
        Waiting.until(
                "the last outcomes", LIMIT_SECONDS, () -> input().path("open").asLong() <= WAITING);
        Waiting.until("the last alarms", LIMIT_SECONDS, () -> pending() == 0);
        long alarms = enqueued("cloud-http");
        Waiting.until(
                "the last alarm to arrive over MQTT",
                LIMIT_SECONDS,
                () -> receivers.mqttIds().size() >= alarms);
        JsonNode input = input();
        long published = motes.published().size();
        long arrived = Math.min(receivers.mqttIds().size(), receivers.httpIds().size());
        return new Verdict(
                fault.text(),
                published,
                published - (input.path("received").asLong() - rejected(input)),
                rejected(input) == 0 ? "" : " " + input.path("rejected") + input.path("dropped"),
                alarms,
                Math.max(alarms, enqueued("cloud-mqtt")) - arrived,
                receivers.arrivals()
                        - receivers.mqttIds().size()
                        - receivers.httpIds().size(),
                input.path("redelivered").asLong(),
                balanced(input),
                gateway.residentMiB(),
                secondsToRecover);
    }

    /** The motes send nothing wrong, so whatever is rejected or dropped of theirs is lost. */
    private static long rejected(JsonNode input) {
        return sum(input.path("rejected")) + sum(input.path("dropped"));
    }

    private boolean balanced(JsonNode input) throws IOException {
        boolean inputBalances = input.path("received").asLong()
                == input.path("normal").asLong()
                        + input.path("alarmed").asLong()
                        + rejected(input)
                        + input.path("open").asLong();
        boolean deliveryBalances = true;
        for (JsonNode ledger : gateway.status().path("delivery")) {
            deliveryBalances &= ledger.path("enqueued").asLong()
                    == ledger.path("delivered").asLong()
                            + ledger.path("pending").asLong();
        }
        return inputBalances && deliveryBalances;
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private long pending() throws IOException {
        long pending = 0;
        for (JsonNode ledger : gateway.status().path("delivery")) {
            pending += ledger.path("pending").asLong();
        }
        return pending;
    }

    private long enqueued(String endpoint) throws IOException {
        return gateway.status().path("delivery").path(endpoint).path("enqueued").asLong();
    }

    @Override
    public void close() throws Exception {
        try (broker;
                network;
                receivers;
                gateway) {
            motes.abandon();
        }
    }
}
