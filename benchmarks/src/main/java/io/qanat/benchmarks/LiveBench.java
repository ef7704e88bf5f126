package io.qanat.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import io.qanat.store.SqliteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Readings that are published while they are received, publishers, broker and gateway on the same cores: at a fixed rate how long
 * it takes from when a reading was due to be published until it is journalled and acknowledged, and without a pace how many
 * come through. Beside the gateway's ingress a bare Paho client that acknowledges and does nothing else.
 *
 * @param perSecond the fixed rate
 * @param seconds of one measurement at that rate
 */
record LiveBench(Path folder, int rounds, int perSecond, int seconds) {
    private static final int SENSORS = 4;
    private static final int WINDOW = 64;
    private static final int UNPACED = 40_000;
    private static final int RECEIVE_MAXIMUM = 1024;
    private static final long LIMIT_SECONDS = 120;
    private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String GATEWAY = "journal in SQLite";
    private static final String BARE = "bare Paho";

    /** What one turn showed. */
    private record Seen(double rate, double p50, double p99, double longest) {}

    void run() throws Exception {
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false);
                SqliteStore store = SqliteStore.open(folder.resolve("store"), Clock.systemUTC())) {
            Bench bench = new Bench(embedded.broker(), store);
            Progress.say("live: %,d readings/s for %d s a turn".formatted(perSecond, seconds));
            Map<String, List<Seen>> paced = new Turns<Seen>()
                    .with(GATEWAY, () -> bench.gateway(perSecond, perSecond * seconds))
                    .with(BARE, () -> bench.bare(perSecond, perSecond * seconds))
                    .take(1, rounds);
            System.out.printf("published at %,d readings/s, milliseconds until acknowledged:%n", perSecond);
            paced.forEach(LiveBench::printLatencies);
            Progress.say("live: as many readings as come through");
            Map<String, List<Seen>> unpaced = new Turns<Seen>()
                    .with(GATEWAY, () -> bench.gateway(0, UNPACED))
                    .with(BARE, () -> bench.bare(0, UNPACED))
                    .take(1, rounds);
            System.out.println(
                    "published without a pace, readings/s from the first published to the last acknowledged:");
            printRates(unpaced);
            System.out.println("  " + store.input().get(Rows.PLANT));
        }
    }

    private static void printLatencies(String side, List<Seen> seen) {
        System.out.println("  " + series(side + ", p50", seen, Seen::p50).line("%8.2f"));
        System.out.println("  " + series(side + ", p99", seen, Seen::p99).line("%8.2f"));
        System.out.println(
                "  " + series(side + ", longest", seen, Seen::longest).line("%8.2f"));
    }

    private static void printRates(Map<String, List<Seen>> unpaced) {
        Series gateway = series(GATEWAY, unpaced.getOrDefault(GATEWAY, List.of()), Seen::rate);
        Series bare = series(BARE, unpaced.getOrDefault(BARE, List.of()), Seen::rate);
        System.out.println("  " + gateway.line("%,10.0f"));
        System.out.println("  " + bare.line("%,10.0f"));
        System.out.println(
                "  " + gateway.dividedBy(GATEWAY + " divided by " + BARE, bare).line("%10.2f"));
    }

    private static Series series(String name, List<Seen> seen, ToDoubleFunction<Seen> figure) {
        return new Series(name, seen.stream().mapToDouble(figure).boxed().toList());
    }

    /** Both sides. */
    private static final class Bench {
        private final Broker broker;
        private final SqliteStore store;
        private int turn;

        Bench(Broker broker, SqliteStore store) {
            this.broker = broker;
            this.store = store;
        }

        Seen gateway(int perSecond, int readings) throws Exception {
            Stream stream = new Stream(++turn, perSecond, readings);
            String endpoint = stream.topic() + "?source=" + Rows.PLANT + "&clientId=bench-live&sessionExpiry=0"
                    + "&receiveMaximum=" + RECEIVE_MAXIMUM;
            try (IngressRoute route = IngressRoute.start(
                    store,
                    broker,
                    endpoint,
                    reading ->
                            stream.arrived((int) reading.measurements().get(0).value()))) {
                return stream.run(broker);
            }
        }

        Seen bare(int perSecond, int readings) throws Exception {
            Stream stream = new Stream(++turn, perSecond, readings);
            try (BareClient bare =
                    new BareClient(broker, "bench-live-bare", payload -> stream.arrived(Stream.number(payload)))) {
                MqttConnectionOptions options = new MqttConnectionOptions();
                options.setCleanStart(true);
                options.setReceiveMaximum(RECEIVE_MAXIMUM);
                options.setUserName(broker.user());
                options.setPassword(broker.password().getBytes(US_ASCII));
                bare.connect(options);
                bare.subscribe(stream.topic());
                return stream.run(broker);
            }
        }
    }

    /** The readings of one turn, each with a number as its value. Threads: one publishes, one receives. */
    private static final class Stream {
        private final int turn;
        private final int perSecond;
        private final int readings;
        private final Latencies latencies = new Latencies();
        private final CountDownLatch left;
        private volatile long begin;
        private volatile long end;

        /** @param perSecond 0 for no pace */
        Stream(int turn, int perSecond, int readings) {
            this.turn = turn;
            this.perSecond = perSecond;
            this.readings = readings;
            this.left = new CountDownLatch(readings);
        }

        String topic() {
            return "bench/live/" + turn;
        }

        Seen run(Broker broker) throws Exception {
            List<Publisher> sensors = new ArrayList<>();
            try {
                for (int i = 0; i < SENSORS; i++) {
                    sensors.add(new Publisher(broker, "bench-sensor-" + i, WINDOW));
                }
                publish(sensors);
            } finally {
                for (Publisher sensor : sensors) {
                    sensor.close();
                }
            }
            return seen();
        }

        private void publish(List<Publisher> sensors) throws MqttException, InterruptedException {
            begin = System.nanoTime() + HEAD_START_NANOS;
            Waiting.until(begin);
            for (int i = 0; i < readings; i++) {
                Waiting.until(due(i));
                sensors.get(i % SENSORS).publish(topic(), payload(i));
            }
            for (Publisher sensor : sensors) {
                sensor.flush();
            }
        }

        private long due(int number) {
            return perSecond == 0 ? begin : begin + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
        }

        private byte[] payload(int number) {
            return ("{\"id\":\"" + turn + "-" + number + "\",\"asset\":\"mote-" + number % SENSORS
                            + "\",\"channel\":\"number\",\"observedAt\":\"2026-01-02T12:00:00Z\",\"value\":" + number
                            + "}")
                    .getBytes(US_ASCII);
        }

        /** The value, without a parser: the bare client has none. */
        static int number(byte[] payload) {
            int number = 0;
            int power = 1;
            for (int i = payload.length - 2; payload[i] != ':'; i--) {
                number += power * (payload[i] - '0');
                power *= 10;
            }
            return number;
        }

        void arrived(int number) {
            latencies.since(due(number));
            end = System.nanoTime();
            left.countDown();
        }

        private Seen seen() throws InterruptedException {
            if (!left.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        left.getCount() + " of " + readings + " readings did not arrive in " + LIMIT_SECONDS + " s");
            }
            return new Seen(
                    readings / ((end - begin) / 1e9),
                    latencies.millis(50),
                    latencies.millis(99),
                    latencies.millis(100));
        }
    }
}
