package io.qanat.mqtt;

import com.sun.management.OperatingSystemMXBean;
import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.mqtt.TestBroker.Kind;
import io.qanat.store.SqliteStore;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Drains the same backlog by a bare Paho loop with manual acknowledgement, by the ingress with a journal that costs
 * nothing, and by the ingress with a real store, alternating, in one process; prints messages per second, percents of
 * bare Paho and this process's processor time, the median of the rounds. Where others use the processor too, only the last
 * figure means much.
 *
 * <p>Arguments: broker (mosquitto or artemis), messages, rounds. Run it with the test class path.
 */
public final class ReceiveBenchmark {
    private static final String TOPIC = "bench/readings";
    private static final int RECEIVE_MAXIMUM = 1024;
    private static final int STRIDE = 4;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final TestBroker broker;
    private final int messages;

    private ReceiveBenchmark(TestBroker broker, int messages) {
        this.broker = broker;
        this.messages = messages;
    }

    private interface Drain {
        /** Receives all messages of the session; returns the nanoseconds that it took from connecting on. */
        long nanos(String clientId) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int rounds = Integer.parseInt(arguments[2]);
        String[] options = kind == Kind.MOSQUITTO ? new String[] {"autosave_interval 3600"} : new String[0];
        try (TestBroker broker = TestBroker.start(kind, options)) {
            new ReceiveBenchmark(broker, Integer.parseInt(arguments[1])).run(rounds);
        }
    }

    private void run(int rounds) throws Exception {
        List<Drain> drains = List.of(this::bare, this::withoutJournal, this::withStore);
        double[][] rates = new double[drains.size()][rounds];
        double[][] processor = new double[drains.size()][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < drains.size(); i++) {
                String clientId = "bench-" + round + "-" + i;
                preload(clientId);
                long before = PROCESS.getProcessCpuTime();
                double rate = messages * 1e9 / drains.get(i).nanos(clientId);
                if (round >= 0) { // the first round warms up
                    rates[i][round] = rate;
                    processor[i][round] = (PROCESS.getProcessCpuTime() - before) / 1e3 / messages;
                }
            }
        }
        print(rates, processor);
    }

    private static void print(double[][] rates, double[][] processor) {
        double bare = median(rates[0]);
        List<String> names = List.of("bare Paho", "ingress, journal without cost", "ingress, journal in SQLite");
        for (int i = 0; i < rates.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %,9.0f messages/s  %5.1f %%  %5.1f us of processor a message%n",
                    names.get(i),
                    median(rates[i]),
                    100 * median(rates[i]) / bare,
                    median(processor[i]));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Makes a session and fills it. */
    private void preload(String clientId) throws Exception {
        MqttAsyncClient client = connect(clientId, message -> {});
        client.subscribe(TOPIC, 1).waitForCompletion();
        client.disconnect().waitForCompletion();
        client.close();
        try (TestPublisher publisher = new TestPublisher(broker.url())) {
            publisher.publishReadings(TOPIC, 1, messages);
        }
    }

    private void forget(MqttAsyncClient client) throws MqttException {
        client.unsubscribe(TOPIC).waitForCompletion();
        client.disconnect().waitForCompletion();
        client.close();
    }

    private interface OnMessage {
        void accept(MqttMessage message) throws MqttException;
    }

    private MqttAsyncClient connect(String clientId, OnMessage onMessage) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(broker.url(), clientId, new MemoryPersistence());
        client.setManualAcks(true);
        client.setCallback(new Receiving(onMessage));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        client.connect(options).waitForCompletion();
        return client;
    }

    private long bare(String clientId) throws Exception {
        CountDownLatch left = new CountDownLatch(messages);
        MqttAsyncClient[] self = new MqttAsyncClient[1];
        CountDownLatch known = new CountDownLatch(1);
        long begin = System.nanoTime();
        self[0] = connect(clientId, message -> {
            awaitUninterruptibly(known);
            self[0].messageArrivedComplete(message.getId(), message.getQos());
            left.countDown();
        });
        known.countDown();
        left.await();
        long nanos = System.nanoTime() - begin;
        forget(self[0]);
        return nanos;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long withoutJournal(String clientId) throws Exception {
        return drain(clientId, new TestJournal());
    }

    private long withStore(String clientId) throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        try (SqliteStore store = SqliteStore.open(folder, Clock.systemUTC())) {
            return drain(clientId, store);
        } finally {
            delete(folder);
        }
    }

    private long drain(String clientId, Journal journal) throws Exception {
        CountDownLatch left = new CountDownLatch(messages);
        List<Long> window = new ArrayList<>();
        Ingress ingress = new Ingress(
                "plant",
                journal,
                new ReadingCodec("plant", 65536),
                (journey, delivery, done) -> {
                    hold(journey, window);
                    done.accept(null);
                    left.countDown();
                },
                Clock.systemUTC(),
                RECEIVE_MAXIMUM);
        MqttConfig config = new MqttConfig(
                broker.url(), clientId, "", "", TlsFiles.NONE, Optional.empty(), RECEIVE_MAXIMUM, 3600, 30, 10, 60);
        long begin = System.nanoTime();
        try (IngressConnection connection =
                IngressConnection.start(config, List.of(TOPIC), ingress, Clock.systemUTC())) {
            left.await();
            return System.nanoTime() - begin;
        } finally {
            forget(connect(clientId, message -> {}));
        }
    }

    /** As the window of the shipped route: one settlement for four readings. */
    private static void hold(Journey journey, List<Long> window) {
        window.add(journey.reading().entry());
        if (window.size() < STRIDE) {
            journey.hold();
        } else {
            journey.covers(window, window);
            window.clear();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    /** Paho's callbacks, of which only the messages matter. */
    private static final class Receiving implements MqttCallback {
        private final OnMessage onMessage;

        Receiving(OnMessage onMessage) {
            this.onMessage = onMessage;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) throws MqttException {
            onMessage.accept(message);
        }

        @Override
        public void disconnected(@Nullable MqttDisconnectResponse response) {
            // the benchmark then does not end
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            // see disconnected
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // nothing is published
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {
            // connect() waits
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // not used
        }
    }
}
