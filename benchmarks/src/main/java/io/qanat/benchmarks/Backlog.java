package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.Recording;
import io.qanat.gateway.demo.Replayer;
import io.qanat.gateway.demo.Replayer.Pace;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Readings that wait at the broker in the durable sessions of several clients, the same for all.
 *
 * <p>Threads: one.
 */
final class Backlog {
    static final String TOPICS = "qanat/v1/readings/+";
    private static final long SESSION_SECONDS = 604_800;
    static final int RECEIVE_MAXIMUM = 1024;

    private final Broker broker;
    private final Recording recording;
    private final int lap;
    private final int laps;
    private int first;

    /** @param laps how often the recording is in it */
    Backlog(Broker broker, Recording recording, int laps) {
        this.broker = broker;
        this.recording = recording;
        this.laps = laps;
        // All motes go on from one index, so that none's readings ever go back in time.
        this.lap = recording.motes().values().stream()
                .mapToInt(java.util.List::size)
                .max()
                .orElseThrow();
    }

    int size() {
        return laps * recording.size();
    }

    /** Makes the client's session, so that the broker keeps for it what is published from now on. */
    void subscribe(String clientId) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(broker.url(), clientId, new MemoryPersistence());
        client.connect(options()).waitForCompletion();
        client.subscribe(TOPICS, 1).waitForCompletion();
        client.disconnect().waitForCompletion();
        client.close();
    }

    MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_SECONDS);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setUserName(broker.user());
        options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        return options;
    }

    /** Publishes it anew, with new ids and later times. */
    void publish() throws Exception {
        for (int i = 0; i < laps; i++) {
            publishLap();
        }
    }

    private void publishLap() throws Exception {
        try (Replayer replayer = new Replayer(broker, recording, new Pace(0, 1, first))) {
            replayer.start();
            while (!replayer.done()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        first += lap;
    }
}
