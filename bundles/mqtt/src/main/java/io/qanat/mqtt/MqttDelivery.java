package io.qanat.mqtt;

import io.qanat.api.Delivery;
import java.util.Map;

/**
 * A message with the connection that it came through.
 *
 * <p>Each connection is a client of its own, so an acknowledgement can reach only the connection whose message it
 * answers: after a reconnect the broker counts message numbers anew, and a late acknowledgement would confirm a message
 * that was never processed. A message that is refused gives its connection up, so that the broker sends it again, and what
 * follows.
 *
 * <p>Threads: any.
 */
public interface MqttDelivery extends Delivery {
    /** Where it was published to. */
    String topic();

    /** As the publisher named it; empty when it did not. */
    String contentType();

    /** What the publisher added; of a name that stands twice the last value. */
    Map<String, String> userProperties();
}
