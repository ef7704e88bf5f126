package io.qanat.mqtt;

import io.qanat.api.ArrivalOrder;
import java.util.Map;

/**
 * A message with the connection that it came through, without its payload: nothing waits with payloads in memory.
 *
 * <p>Each connection is a client of its own, so an acknowledgement can reach only the connection whose message it
 * answers: after a reconnect the broker counts message numbers anew, and a late acknowledgement would confirm a message
 * that was never processed.
 *
 * <p>Threads: any.
 */
public interface Delivery {
    /** Of a reading that the journal gave back: it was acknowledged in its time, and only its payload was kept. */
    Delivery REPLAYED = new Delivery() {
        @Override
        public boolean acknowledge() {
            return true;
        }

        @Override
        public void refuse(String why) {
            // nobody waits for it
        }
    };

    /**
     * Tells the broker that the message is safe here.
     *
     * @return whether it was told; otherwise the connection is gone, the broker sends the message again, and the journal
     *     knows it
     */
    boolean acknowledge();

    /** The message could not be kept: the connection is given up, so that the broker sends it again, and what follows. */
    void refuse(String why);

    /** Of the messages of its connection. */
    default ArrivalOrder order() {
        return new ArrivalOrder();
    }

    /** Whether the broker keeps the message until it is acknowledged; a message of QoS 0 comes once or never. */
    default boolean atLeastOnce() {
        return true;
    }

    /** Where it was published to; empty for a reading from the journal. */
    default String topic() {
        return "";
    }

    /** As the publisher named it; empty when it did not. */
    default String contentType() {
        return "";
    }

    /** What the publisher added; of a name that stands twice the last value. */
    default Map<String, String> userProperties() {
        return Map.of();
    }
}
