package io.qanat.api;

import java.util.Map;

/**
 * One source's way from a message to a settled journey: a message is acknowledged when the journal's commit is durable and
 * the pipeline has room, in the order of arrival.
 *
 * <p>Threads: {@link #receive} from any, one at a time for each connection; the others from any.
 */
public interface Ingress extends AutoCloseable {
    /** Takes up what the last run left open, then whatever arrives. To be called once, before {@link #receive}. */
    void start();

    /**
     * Takes one message. Returns before it is acknowledged; blocks only while too many writes wait for the disk.
     *
     * @param payload a reading as docs/formats.md has it, or what will be rejected; not to be changed afterwards
     */
    void receive(Delivery delivery, byte[] payload);

    /** Readings in the pipeline. */
    int inFlight();

    /** Messages that are safe and wait for room in the pipeline. */
    int waiting();

    /** Counts for the stage's status. */
    Map<String, Number> figures();

    /** Waits until the pipeline is empty; what waits before it is not acknowledged, and stays in the journal. */
    @Override
    void close();
}
