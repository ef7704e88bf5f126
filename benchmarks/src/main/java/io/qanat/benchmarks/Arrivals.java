package io.qanat.benchmarks;

import java.util.BitSet;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * An endpoint that remembers what arrived, a bit for each alarm: a set of ids would need more memory than the gateway.
 *
 * <p>Threads: any.
 */
class Arrivals implements Processor {
    private final BitSet seen = new BitSet();
    private long count;

    @Override
    public void process(Exchange exchange) throws Exception {
        arrived(Rows.number(exchange.getMessage().getHeader("QanatEventId", String.class)));
    }

    /** An alarm is here. */
    synchronized void arrived(long number) {
        seen.set(Math.toIntExact(number));
        count++;
    }

    synchronized boolean has(long number) {
        return seen.get(Math.toIntExact(number));
    }

    /** How many different ones. */
    synchronized int different() {
        return seen.cardinality();
    }

    /** How many came again. */
    synchronized long repeated() {
        return count - seen.cardinality();
    }

    synchronized BitSet ids() {
        return (BitSet) seen.clone();
    }
}
