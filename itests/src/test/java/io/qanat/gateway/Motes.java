package io.qanat.gateway;

import io.qanat.gateway.BrokerOptions.Broker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;

/**
 * Four motes that publish without a pause, one message in flight each, until they are told to stop; then they can be
 * started again and go on counting. Every third stretch of readings is much too warm, so alarms come and go.
 */
final class Motes {
    private static final int MOTES = 4;
    private static final int STRETCH = 24;

    private final Broker broker;
    private final Set<String> published = ConcurrentHashMap.newKeySet();
    private final int[] next = new int[MOTES];
    private final List<Future<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    Motes(Broker broker) {
        this.broker = broker;
    }

    /** {@code <mote>/<id>} of each reading that the broker has taken. */
    Set<String> published() {
        return published;
    }

    void start() {
        stopping = false;
        ExecutorService threads = Executors.newFixedThreadPool(MOTES);
        for (int mote = 0; mote < MOTES; mote++) {
            int number = mote;
            running.add(threads.submit(() -> publish(number)));
        }
        threads.shutdown();
    }

    /** Returns when nothing is in flight to the broker any more. */
    void stop() throws Exception {
        stopping = true;
        for (Future<Void> mote : running) {
            mote.get();
        }
        running.clear();
    }

    static MqttConnectionOptions login(Broker broker) {
        MqttConnectionOptions login = new MqttConnectionOptions();
        login.setUserName(broker.user());
        login.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        return login;
    }

    private Void publish(int number) throws Exception {
        String mote = "mote-" + number;
        MqttClient client = new MqttClient(broker.url(), "sensor-" + mote, new MemoryPersistence());
        client.connect(login(broker));
        while (!stopping) {
            int index = next[number]++;
            double temperature = index / STRETCH % 3 == 2 ? 60.0 : 27.9;
            byte[] payload = Readings.reading(mote, index, temperature).getBytes(StandardCharsets.UTF_8);
            client.publish("qanat/v1/readings/" + mote, payload, 1, false);
            published.add(mote + "/" + index);
        }
        client.disconnect();
        client.close();
        return null;
    }
}
