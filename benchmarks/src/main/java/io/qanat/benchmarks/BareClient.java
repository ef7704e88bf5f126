package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The least that a client can do: it acknowledges each message by hand and shows it to one listener.
 *
 * <p>Threads: messages on Paho's; the rest one.
 */
final class BareClient implements MqttCallback, AutoCloseable {
    static final String ID = "bench-bare";
    private static final long LIMIT_SECONDS = 120;
    private static final long FLUSH_MILLIS = 1000;

    private final MqttAsyncClient client;
    private final Consumer<byte[]> listener;

    /** @param listener is given each payload once its acknowledgement is on its way */
    BareClient(Broker broker, String clientId, Consumer<byte[]> listener) throws MqttException {
        this.client = new MqttAsyncClient(broker.url(), clientId, new MemoryPersistence());
        this.listener = listener;
        client.setManualAcks(true);
        client.setCallback(this);
    }

    void connect(MqttConnectionOptions options) throws MqttException {
        client.connect(options).waitForCompletion();
    }

    void subscribe(String topics) throws MqttException {
        client.subscribe(topics, 1).waitForCompletion();
    }

    /** @return messages per second from the first to the last one */
    static double drain(Broker broker, Backlog backlog) throws Exception {
        Clocked clocked = new Clocked(backlog.size());
        try (BareClient bare = new BareClient(broker, ID, payload -> clocked.count())) {
            bare.connect(backlog.options());
            return clocked.rate();
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws MqttException {
        client.messageArrivedComplete(message.getId(), message.getQos());
        listener.accept(message.getPayload());
    }

    @Override
    public void close() throws MqttException, InterruptedException {
        // Paho's disconnect overtakes acknowledgements that are not written yet; what they answer would come again.
        TimeUnit.MILLISECONDS.sleep(FLUSH_MILLIS);
        client.disconnect().waitForCompletion();
        client.close();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        // The count that is not reached tells.
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // See disconnected.
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // It only receives.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // connect() waits for this itself.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // Enhanced authentication is not used.
    }

    /**
     * Counts messages and takes the time from the first to the last.
     *
     * <p>Threads: {@link #count} one; {@link #rate} another.
     */
    static final class Clocked {
        private final int expected;
        private final CountDownLatch all = new CountDownLatch(1);
        private volatile int arrived;
        private volatile long begin;
        private volatile long end;

        Clocked(int expected) {
            this.expected = expected;
        }

        void count() {
            int before = arrived;
            if (before == 0) {
                begin = System.nanoTime();
            }
            arrived = before + 1;
            if (before + 1 == expected) {
                end = System.nanoTime();
                all.countDown();
            }
        }

        /** Waits for the last one. */
        double rate() throws InterruptedException {
            if (!all.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "only " + arrived + " of " + expected + " messages arrived in " + LIMIT_SECONDS + " s");
            }
            return expected / ((end - begin) / 1e9);
        }
    }
}
