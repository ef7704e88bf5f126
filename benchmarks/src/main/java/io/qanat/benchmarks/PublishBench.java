package io.qanat.benchmarks;

import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Alarms from the outbox over MQTT, QoS 1, to a broker that is some milliseconds away: with a window of messages under way no
 * client can be faster than the window divided by the round trip. A bare Paho client with the same window stands beside.
 *
 * @param roundTrip that is added
 */
record PublishBench(Path folder, int rounds, Duration roundTrip) {
    private static final List<Integer> WINDOWS = List.of(1, 16, 64);

    /** Messages of one measurement for each place in the window, so that all measurements take about as long. */
    private static final int FOR_EACH_PLACE = 150;

    private static final long LIMIT_SECONDS = 120;
    private static final String RATE = "%,10.0f";
    private static final byte[] PAYLOAD = Rows.alarm(0, Priority.MEDIUM).payload();

    void run() throws Exception {
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder, false);
                DelayRelay relay = new DelayRelay(port(embedded.broker()), roundTrip.toNanos());
                Forwarding forwarding = new Forwarding(folder.resolve("store"), Clock.systemUTC())) {
            Broker far = new Broker(
                    relay.url(), embedded.broker().user(), embedded.broker().password());
            Turns<Double> turns = new Turns<>();
            for (int window : WINDOWS) {
                Side side = new Side(forwarding, far, window);
                side.start();
                turns.with(bare(window), side::bare).with(outbox(window), side::outbox);
            }
            Progress.say("publish: " + roundTrip.toMillis() + " ms added");
            print(turns.take(1, rounds));
        }
    }

    private static int port(Broker broker) {
        return URI.create(broker.url()).getPort();
    }

    private static String bare(int window) {
        return "bare Paho, " + window + " in flight";
    }

    private static String outbox(int window) {
        return "outbox, " + window + " in flight";
    }

    private void print(Map<String, List<Double>> rates) {
        Series one = series(bare(1), rates);
        System.out.printf(
                "alarms published with QoS 1, alarms/s; %d ms added, round trip of a bare message %.2f ms (median):%n",
                roundTrip.toMillis(), 1000 / one.median());
        for (int window : WINDOWS) {
            Series bare = series(bare(window), rates);
            Series outbox = series(outbox(window), rates);
            Series most = new Series(
                    "window / round trip",
                    one.values().stream().map(rate -> rate * window).toList());
            System.out.println("  " + bare.line(RATE));
            System.out.println("  " + outbox.line(RATE));
            System.out.println(
                    "  " + outbox.dividedBy("  divided by bare Paho", bare).line("%10.2f"));
            System.out.println("  "
                    + outbox.dividedBy("  divided by window / round trip", most).line("%10.2f"));
        }
    }

    private static Series series(String name, Map<String, List<Double>> rates) {
        return new Series(name, Optional.ofNullable(rates.get(name)).orElseThrow());
    }

    /** Both sides with one window. */
    private static final class Side {
        private final Forwarding forwarding;
        private final Broker broker;
        private final int window;
        private final String endpoint;
        private final int messages;
        private long next;

        Side(Forwarding forwarding, Broker broker, int window) {
            this.forwarding = forwarding;
            this.broker = broker;
            this.window = window;
            this.endpoint = "window-" + window;
            this.messages = window * FOR_EACH_PLACE;
        }

        void start() throws Exception {
            forwarding.start(
                    endpoint,
                    "inFlight=" + window,
                    route -> route.to("qanat-mqtt:bench/" + endpoint + "?brokerUrl=" + broker.url() + "&username="
                            + broker.user() + "&password=RAW(" + broker.password() + ")"));
        }

        /** @return messages per second, from when they are durable until all are delivered */
        double outbox() throws Exception {
            long expected = forwarding.ledger(endpoint).delivered() + messages;
            List<OutboxMessage> alarms = Rows.alarms(next, messages, number -> Priority.MEDIUM).stream()
                    .map(this::mine)
                    .toList();
            next += messages;
            forwarding.store().settle(Rows.settlement(alarms)).join();
            long begin = System.nanoTime();
            Waiting.until(
                    "all is published",
                    LIMIT_SECONDS,
                    () -> forwarding.ledger(endpoint).delivered() == expected);
            return messages / ((System.nanoTime() - begin) / 1e9);
        }

        private OutboxMessage mine(OutboxMessage alarm) {
            return new OutboxMessage(
                    endpoint, alarm.id(), alarm.subject(), alarm.contentType(), alarm.payload(), alarm.createdAt());
        }

        double bare() throws Exception {
            try (Publisher publisher = new Publisher(broker, "bench-bare-" + window, window)) {
                long begin = System.nanoTime();
                for (int i = 0; i < messages; i++) {
                    publisher.publish("bench/bare", PAYLOAD);
                }
                publisher.flush();
                return messages / ((System.nanoTime() - begin) / 1e9);
            }
        }
    }
}
