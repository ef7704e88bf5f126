package io.qanat.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with QoS 1 through one client, and keeps to the broker's receive maximum: what exceeds it waits here, in
 * order. Paho would fail instead, and has then already used up a topic alias that the broker never hears of.
 *
 * <p>Threads: any; messages are handed to the client one at a time, since Paho's topic aliases need their order.
 */
final class Publications {
    private static final int FIRST_FAILURE_CODE = 0x80;

    private final MqttAsyncClient client;
    private final Faults faults;
    private final Object lock = new Object();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int room;
    private @Nullable MqttFault ended;

    /** @param room how many unacknowledged messages the broker takes */
    Publications(MqttAsyncClient client, Faults faults, int room) {
        this.client = client;
        this.faults = faults;
        this.room = room;
    }

    private record Waiting(String topic, MqttMessage message, CompletableFuture<Void> acknowledged) {}

    /** Completes when the broker has taken the message over; fails with {@link MqttFault} when it did not. */
    CompletableFuture<Void> publish(String topic, MqttMessage message) {
        Waiting publication = new Waiting(topic, message, new CompletableFuture<>());
        MqttFault failure = null;
        synchronized (lock) {
            if (ended != null) {
                failure = ended;
            } else if (room > 0) {
                room--;
                failure = send(publication);
            } else {
                waiting.add(publication);
            }
        }
        if (failure != null) {
            publication.acknowledged().completeExceptionally(failure);
        }
        return publication.acknowledged();
    }

    private @Nullable MqttFault send(Waiting publication) {
        try {
            client.publish(publication.topic(), publication.message(), null, listener(publication));
            return null;
        } catch (MqttException | IllegalArgumentException e) {
            room++;
            return faults.notPublished(publication.topic(), e);
        }
    }

    private MqttActionListener listener(Waiting publication) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                freed();
                int[] codes = token.getReasonCodes();
                // Paho calls this a success whatever the broker answered.
                if (codes != null && codes.length > 0 && codes[0] >= FIRST_FAILURE_CODE) {
                    publication
                            .acknowledged()
                            .completeExceptionally(faults.publishRefused(publication.topic(), codes[0]));
                } else {
                    publication.acknowledged().complete(null);
                }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                freed();
                publication.acknowledged().completeExceptionally(faults.notPublished(publication.topic(), cause));
            }
        };
    }

    private void freed() {
        List<Runnable> failures = new ArrayList<>();
        synchronized (lock) {
            room++;
            while (room > 0 && !waiting.isEmpty()) {
                Waiting next = waiting.remove();
                room--;
                MqttFault failure = send(next);
                if (failure != null) {
                    failures.add(() -> next.acknowledged().completeExceptionally(failure));
                }
            }
        }
        failures.forEach(Runnable::run);
    }

    /** Fails what waits and what is yet to come; Paho fails what was sent. */
    void end(MqttFault why) {
        Queue<Waiting> left;
        synchronized (lock) {
            ended = why;
            left = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        left.forEach(publication -> publication.acknowledged().completeExceptionally(why));
    }
}
