package io.qanat.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * A message from a client to itself, which shows that messages still come through. Nothing else shows it: a broker
 * answers pings for a client whose messages it has stopped sending.
 *
 * <p>It outlives sessions: some brokers close a connection whose message they refuse, and it is not to be tried again.
 *
 * <p>Threads: {@link #arrived} any, the rest one.
 */
final class Probe {
    /** What the topics of all probes begin with. */
    static final String TOPICS = "qanat/v1/probe/";

    private static final int QOS = 1;
    /** So that probes of a client that is gone do not gather in its session. */
    private static final long EXPIRY_SECONDS = 60;

    private final String topic;
    private volatile Outstanding outstanding = new Outstanding("none");
    private volatile boolean possible = true;
    private int count;

    Probe(String clientId) {
        this.topic = TOPICS + clientId.replaceAll("[/+#]", "_");
    }

    private static final class Outstanding {
        private final String text;
        private final CountDownLatch returned = new CountDownLatch(1);

        Outstanding(String text) {
            this.text = text;
        }
    }

    String topic() {
        return topic;
    }

    /** Whether the client has the rights; until it turned out otherwise it is taken to have them. */
    boolean isPossible() {
        return possible;
    }

    void giveUp() {
        possible = false;
    }

    /** The next message; each has a text of its own, since an old one may come late. */
    MqttMessage next() {
        outstanding = new Outstanding(++count + "/" + System.nanoTime());
        MqttProperties properties = new MqttProperties();
        properties.setMessageExpiryInterval(EXPIRY_SECONDS);
        return new MqttMessage(outstanding.text.getBytes(StandardCharsets.UTF_8), QOS, false, properties);
    }

    /** A probe arrived, this client's or another's. */
    void arrived(String where, byte[] payload) {
        Outstanding awaited = outstanding;
        if (topic.equals(where) && awaited.text.equals(new String(payload, StandardCharsets.UTF_8))) {
            awaited.returned.countDown();
        }
    }

    /** Whether the last message comes back in time. */
    boolean awaitReturn(long millis) {
        try {
            return outstanding.returned.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true; // being closed is no fault
        }
    }
}
