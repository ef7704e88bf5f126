package io.qanat.mqtt;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** A sensor: a bare Paho client that publishes with QoS 1. */
public final class TestPublisher implements AutoCloseable {
    private final MqttAsyncClient client;

    public TestPublisher(String url) throws MqttException {
        client = new MqttAsyncClient(url, "sensor-" + System.nanoTime(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        client.connect(options).waitForCompletion(20_000);
    }

    /** Publishes and waits for the broker's acknowledgement. */
    public void publish(String topic, byte[] payload) throws MqttException {
        publish(topic, new MqttMessage(payload, 1, false, null));
    }

    public void publish(String topic, MqttMessage message) throws MqttException {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .ignoreExceptionsMatching(TestPublisher::noRoomYet)
                .until(() -> client.publish(topic, message), Objects::nonNull)
                .waitForCompletion(10_000);
    }

    /** Paho tells an acknowledgement a moment before it gives the place of its message back. */
    private static boolean noRoomYet(Throwable failure) {
        return failure instanceof MqttException refusal
                && refusal.getReasonCode() == MqttClientException.REASON_CODE_MAX_INFLIGHT;
    }

    /** Publishes readings {@code from} to {@code to}, up to 20 in flight. */
    void publishReadings(String topic, int from, int to) throws Exception {
        Semaphore room = new Semaphore(20);
        CompletableFuture<Void> failed = new CompletableFuture<>();
        for (int number = from; number <= to; number++) {
            room.acquire();
            client.publish(topic, Readings.payload(number), 1, false, null, freeing(room, failed));
        }
        if (!room.tryAcquire(20, 30, TimeUnit.SECONDS) || failed.isCompletedExceptionally()) {
            throw new IllegalStateException("not everything was published", failed.isDone() ? cause(failed) : null);
        }
    }

    private static Throwable cause(CompletableFuture<Void> failed) {
        return failed.handle((nothing, failure) -> failure).join();
    }

    private static MqttActionListener freeing(Semaphore room, CompletableFuture<Void> failed) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                room.release();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                failed.completeExceptionally(cause);
                room.release();
            }
        };
    }

    @Override
    public void close() throws MqttException {
        try {
            client.disconnect(0).waitForCompletion(2000);
        } finally {
            client.close(true);
        }
    }
}
