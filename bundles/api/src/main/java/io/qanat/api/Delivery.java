package io.qanat.api;

/**
 * A message with the way on which its sender is answered, without its payload: nothing waits with payloads in memory.
 *
 * <p>Threads: any.
 */
public interface Delivery {
    /** Of a reading that the journal gave back: it was acknowledged in its time, and only its payload was kept. */
    Delivery REPLAYED = new Delivery() {
        @Override
        public boolean acknowledge(Receipt receipt) {
            return true;
        }

        @Override
        public void refuse(String why) {
            // nobody waits for it
        }
    };

    /**
     * Tells the sender that the message is safe here; must be short, since the messages of a source are acknowledged one
     * after another.
     *
     * @return whether it was told; otherwise the sender is gone, it sends the message again, and the journal knows it
     */
    boolean acknowledge(Receipt receipt);

    /** The message could not be kept: its sender is to send it again, and what follows; must be short, see {@link Journal}. */
    void refuse(String why);

    /** Of the messages of its connection. */
    default ArrivalOrder order() {
        return new ArrivalOrder();
    }

    /** Whether the sender keeps the message until it is acknowledged; for example one of MQTT's QoS 0 comes once or never. */
    default boolean atLeastOnce() {
        return true;
    }
}
