package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A step of a route that changes what its messages hold, or tells somebody of them. Threads: any. */
final class GuardedStep extends DelegateAsyncProcessor {
    private final Transfer transfer;
    private final PrivacyGuard guard;

    GuardedStep(Processor step, Transfer transfer, PrivacyGuard guard) {
        super(step);
        this.transfer = transfer;
        this.guard = guard;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        State before = Carried.of(exchange);
        if (transfer.told().isPresent()
                && tellsTooMuch(exchange, before, transfer.told().get())) {
            callback.done(true);
            return true;
        }
        State during = transfer.before().apply(before);
        Carried.set(exchange, during);
        return super.process(exchange, doneSync -> {
            State now = Carried.of(exchange);
            State after = transfer.after().apply(before, now);
            Carried.set(
                    exchange,
                    exchange.getException() == null ? after : after.or(now).or(before));
            callback.done(doneSync);
        });
    }

    private boolean tellsTooMuch(Exchange exchange, State state, Transfer.Told told) {
        DataClass accepted = guard.policy().of(told.uri()).accepts();
        DataClass what = told.what().of(state);
        if (!what.isAbove(accepted)) {
            return false;
        }
        guard.block(exchange, told.uri(), what, accepted);
        return true;
    }
}
