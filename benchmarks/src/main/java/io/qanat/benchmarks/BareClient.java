package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The least that a client can do: it acknowledges each message by hand and does nothing with it.
 *
 * <p>Threads: messages on Paho's; the rest one.
 */
final class BareClient implements MqttCallback {
    static final String ID = "bench-bare";
    private static final long LIMIT_SECONDS = 120;
    private static final long FLUSH_MILLIS = 1000;

    private final MqttAsyncClient client;
    private final int expected;
    private final CountDownLatch all = new CountDownLatch(1);
    private int arrived;
    private volatile long begin;
    private volatile long end;

    private BareClient(MqttAsyncClient client, int expected) {
        this.client = client;
        this.expected = expected;
    }

    /** @return messages per second from the first to the last one */
    static double drain(Broker broker, Backlog backlog) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(broker.url(), ID, new MemoryPersistence());
        BareClient bare = new BareClient(client, backlog.size());
        client.setManualAcks(true);
        client.setCallback(bare);
        client.connect(backlog.options()).waitForCompletion();
        if (!bare.all.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("only " + bare.arrived + " of " + bare.expected + " messages arrived");
        }
        // Paho's disconnect overtakes acknowledgements that are not written yet; what they answer would come again.
        TimeUnit.MILLISECONDS.sleep(FLUSH_MILLIS);
        client.disconnect().waitForCompletion();
        client.close();
        return bare.expected / ((bare.end - bare.begin) / 1e9);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws MqttException {
        if (arrived == 0) {
            begin = System.nanoTime();
        }
        client.messageArrivedComplete(message.getId(), message.getQos());
        arrived++;
        if (arrived == expected) {
            end = System.nanoTime();
            all.countDown();
        }
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
        // drain() waits for this itself.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // Enhanced authentication is not used.
    }
}
