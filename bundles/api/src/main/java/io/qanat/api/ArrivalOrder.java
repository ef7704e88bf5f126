package io.qanat.api;

/**
 * What must be journalled in the order in which it came, such as the messages of one connection. Once one of them could not
 * be journalled, none that came after it is either: the sender sends them all again, and a later one that was journalled
 * would stand before it.
 *
 * <p>Threads: any.
 */
public final class ArrivalOrder {
    private volatile boolean broken;

    /** One of them could not be journalled. */
    public void breakOff() {
        broken = true;
    }

    public boolean isBroken() {
        return broken;
    }
}
