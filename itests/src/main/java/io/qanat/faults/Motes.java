package io.qanat.faults;

import io.qanat.gateway.BrokerOptions.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Four motes that publish without a pause, one message in flight each, until they are told to stop; then they can be
 * started again and go on counting. A reading that the broker has not acknowledged is published again, with the same id.
 * Every third stretch of readings is much too warm, so alarms come and go.
 *
 * <p>Threads: any; one of its own for each mote while they publish.
 */
public final class Motes {
    private static final int MOTES = 4;
    private static final int STRETCH = 24;
    private static final double NORMAL = 27.9;
    private static final double HOT = 60.0;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long PERIOD_SECONDS = 5;
    private static final long RETRY_MILLIS = 200;
    private static final long TIMEOUT_MILLIS = 5_000;

    private final Broker broker;
    private final Set<String> published = ConcurrentHashMap.newKeySet();
    private final LongAdder repeated = new LongAdder();
    private final int[] next = new int[MOTES];
    private final List<Future<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    public Motes(Broker broker) {
        this.broker = broker;
    }

    /** {@code <mote>/<id>} of each reading that the broker has acknowledged. */
    public Set<String> published() {
        return published;
    }

    /** How often a reading had to be published again. */
    public long repeated() {
        return repeated.sum();
    }

    public void start() {
        stopping = false;
        ExecutorService threads = Executors.newFixedThreadPool(MOTES, task -> new Thread(task, "mote"));
        for (int mote = 0; mote < MOTES; mote++) {
            int number = mote;
            running.add(threads.submit(() -> publish(number)));
        }
        threads.shutdown();
    }

    /** Returns when nothing is in flight to the broker any more, so the broker must be there. */
    public void stop() throws InterruptedException, ExecutionException {
        stopping = true;
        for (Future<Void> mote : running) {
            mote.get();
        }
        running.clear();
    }

    /** Stops without waiting: the broker may be gone. */
    void abandon() {
        stopping = true;
        running.forEach(mote -> mote.cancel(true));
        running.clear();
    }

    /** Options with the broker's user and password. */
    public static MqttConnectionOptions login(Broker broker) {
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        return login;
    }

    private Void publish(int number) throws InterruptedException {
        while (!stopping) {
            try {
                publishWhileConnected(number);
            } catch (MqttException e) {
                // The broker is away: the reading that it did not acknowledge comes again.
                repeated.increment();
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
        return null;
    }

    private void publishWhileConnected(int number) throws MqttException {
        MqttClient client = new MqttClient(broker.url(), "sensor-mote-" + number, new MemoryPersistence());
        try {
            client.setTimeToWait(TIMEOUT_MILLIS);
            client.connect(login(broker));
            while (!stopping) {
                client.publish("qanat/v1/readings/mote-" + number, payload(number), 1, false);
                published.add("mote-" + number + "/" + next[number]);
                next[number]++;
            }
            client.disconnect();
        } catch (MqttException e) {
            client.disconnectForcibly(0, 1, false);
            throw e;
        } finally {
            client.close(true);
        }
    }

    /** Publishes payloads of 1 MB, which no reading may have. */
    void publishOversized(int count) throws MqttException {
        MqttClient client = new MqttClient(broker.url(), "oversized", new MemoryPersistence());
        client.connect(login(broker));
        for (int i = 0; i < count; i++) {
            client.publish("qanat/v1/readings/oversized", new byte[1_000_000], 1, false);
        }
        client.disconnect();
        client.close();
    }

    private byte[] payload(int number) {
        int index = next[number];
        double temperature = index / STRETCH % 3 == 2 ? HOT : NORMAL;
        String reading = "[" + channel(number, index, "humidity", 45.9) + ","
                + channel(number, index, "temperature", temperature) + "]";
        return reading.getBytes(StandardCharsets.UTF_8);
    }

    private static String channel(int number, int index, String channel, double value) {
        return """
                {"id":"%d","asset":"mote-%d","channel":"%s","value":%s,"observedAt":"%s"}"""
                .formatted(index, number, channel, value, START.plusSeconds(PERIOD_SECONDS * index));
    }
}
