package io.qanat.routes.privacy;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Gives each message of a consumer the state with which it begins. Threads: any. */
final class Beginning extends DelegateAsyncProcessor {
    private final State state;

    Beginning(Processor route, State state) {
        super(route);
        this.state = state;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Carried.set(exchange, state);
        return super.process(exchange, callback);
    }
}
