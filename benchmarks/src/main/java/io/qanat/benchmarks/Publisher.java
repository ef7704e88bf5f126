package io.qanat.benchmarks;

import io.qanat.gateway.BrokerOptions.Broker;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * A bare Paho client that publishes with QoS 1 and a bounded number of messages that the broker has not acknowledged.
 *
 * <p>Threads: one publishes; acknowledgements come on Paho's.
 */
final class Publisher implements AutoCloseable {
    private final MqttAsyncClient client;
    private final int window;
    private final Semaphore room;
    private volatile Optional<Throwable> failure = Optional.empty();
    private final MqttActionListener answered = new MqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
            room.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            failure = Optional.of(cause);
            room.release();
        }
    };

    /** @param window messages under way at most */
    Publisher(Broker broker, String clientId, int window) throws MqttException {
        this.client = new MqttAsyncClient(broker.url(), clientId, new MemoryPersistence());
        this.window = window;
        this.room = new Semaphore(window);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(broker.user());
        options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion();
    }

    /** Waits for room in the window, and returns before the broker has answered. */
    void publish(String topic, byte[] payload) throws MqttException, InterruptedException {
        room.acquire();
        client.publish(topic, new MqttMessage(payload, 1, false, null), null, answered);
    }

    /** Waits until the broker has acknowledged all. */
    void flush() throws InterruptedException {
        room.acquire(window);
        room.release(window);
        failure.ifPresent(cause -> {
            throw new IllegalStateException("the broker did not take a message", cause);
        });
    }

    @Override
    public void close() throws MqttException {
        client.disconnect().waitForCompletion();
        client.close();
    }
}
