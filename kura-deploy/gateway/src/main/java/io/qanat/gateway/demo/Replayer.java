package io.qanat.gateway.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.Recording.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Publishes a recording as JSON over MQTT 5 with QoS 1: one client and one thread per mote. */
public final class Replayer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Broker broker;
    private final Recording recording;
    private final Pace pace;
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private final LongAdder published = new LongAdder();

    /**
     * How fast to publish.
     *
     * @param periodNanos time between two readings of a mote; 0 as fast as the broker takes them
     * @param inFlight how many readings of a mote the broker may not have acknowledged yet; with more than one Artemis
     *     delivers some of them out of order (ARTEMIS-6191)
     * @param first index of the first reading, so that a second replay goes on where the first one ended
     */
    public record Pace(long periodNanos, int inFlight, int first) {
        public Pace {
            if (periodNanos < 0 || inFlight < 1 || first < 0) {
                throw new IllegalArgumentException("period " + periodNanos + " ns, " + inFlight + " in flight, first "
                        + first + ": they must be 0 or more, 1 or more and 0 or more");
            }
        }
    }

    public Replayer(Broker broker, Recording recording, Pace pace) {
        this.broker = broker;
        this.recording = recording;
        this.pace = pace;
        this.threads =
                Executors.newFixedThreadPool(recording.motes().size(), task -> new Thread(task, "qanat-replayer"));
    }

    static MqttConnectionOptions login(Broker broker) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        if (!broker.user().isEmpty()) {
            options.setUserName(broker.user());
            options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        }
        return options;
    }

    /** Begins to publish and returns at once. */
    public void start() {
        recording
                .motes()
                .forEach((mote, rows) -> running.add(threads.submit(() -> {
                    replay(mote, rows);
                    return null;
                })));
    }

    /** Readings that the broker has acknowledged. */
    public long published() {
        return published.sum();
    }

    /** Whether all are published; throws what a mote's client failed with. */
    public boolean done() throws Exception {
        for (Future<?> mote : running) {
            if (!mote.isDone()) {
                return false;
            }
            try {
                mote.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the replay to " + broker + " failed: " + e.getCause(), e);
            }
        }
        return true;
    }

    private void replay(String mote, List<Row> rows) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(broker.url(), "qanat-replay-" + mote, new MemoryPersistence());
        client.connect(login(broker)).waitForCompletion();
        Semaphore room = new Semaphore(pace.inFlight());
        long begin = System.nanoTime();
        for (int i = 0; i < rows.size(); i++) {
            awaitNanos(begin + i * pace.periodNanos());
            room.acquire();
            byte[] payload = payload(mote, pace.first() + i, rows.get(i));
            client.publish("qanat/v1/readings/" + mote, payload, 1, false, null, freeing(room));
        }
        if (!room.tryAcquire(pace.inFlight(), 1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the broker did not acknowledge all readings of " + mote);
        }
        client.disconnect().waitForCompletion();
        client.close();
    }

    private static void awaitNanos(long until) throws InterruptedException {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private MqttActionListener freeing(Semaphore room) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                published.increment();
                room.release();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                // the permit stays taken: the replay then says that not all were acknowledged
            }
        };
    }

    /** A reading of a mote, as it is published. */
    static byte[] payload(String mote, int index, Row row) throws JsonProcessingException {
        return JSON.writeValueAsBytes(List.of(
                reading(mote, index, "humidity", row.humidity(), "%RH"),
                reading(mote, index, "temperature", row.temperature(), "degC")));
    }

    private static Map<String, Object> reading(String mote, int index, String channel, double value, String unit) {
        Map<String, Object> reading = new LinkedHashMap<>();
        reading.put("id", Integer.toString(index));
        reading.put("asset", mote);
        reading.put("channel", channel);
        reading.put("value", value);
        reading.put("unit", unit);
        reading.put("observedAt", Recording.observedAt(index).toString());
        return reading;
    }

    @Override
    public void close() throws MqttException {
        threads.shutdownNow();
    }
}
