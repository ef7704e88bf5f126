package io.qanat.mqtt;

import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * A message with the connection that it came through. Each connection is a client of its own, so an acknowledgement can
 * reach only the connection whose message it answers: after a reconnect the broker counts message numbers anew, and a
 * late acknowledgement would confirm a message that was never processed.
 */
final class Delivery {
    private final MqttAsyncClient client;
    private final int messageId;
    private final int qos;
    private final byte[] payload;

    Delivery(MqttAsyncClient client, MqttMessage message) {
        this.client = client;
        this.messageId = message.getId();
        this.qos = message.getQos();
        this.payload = message.getPayload();
    }

    byte[] payload() {
        return payload;
    }

    /**
     * Tells the broker that the message is safe here.
     *
     * @return whether it was told; otherwise the connection is gone, the broker sends the message again, and the journal
     *     knows it
     */
    boolean acknowledge() {
        if (qos == 0) {
            return true;
        }
        if (!client.isConnected()) {
            return false;
        }
        try {
            client.messageArrivedComplete(messageId, qos);
            return true;
        } catch (MqttException e) {
            return false;
        }
    }
}
