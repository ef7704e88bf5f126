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
    private final DataClass accepted;

    /** The states of one route's messages are few objects, which come again and again. */
    private volatile Passage last;

    /** What became of one state here. */
    private record Passage(State before, State during, State now, State after) {}

    GuardedStep(Processor step, Transfer transfer, PrivacyGuard guard) {
        super(step);
        this.transfer = transfer;
        this.guard = guard;
        this.accepted = transfer.told()
                .map(told -> guard.policy().of(told.uri()).accepts())
                .orElse(DataClass.RAW);
        State during = transfer.before().apply(State.UNKNOWN);
        this.last = passage(State.UNKNOWN, during, during);
    }

    private Passage passage(State before, State during, State now) {
        return new Passage(before, during, now, transfer.after().apply(before, now));
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        State before = Carried.of(exchange);
        if (tellsTooMuch(exchange, before)) {
            callback.done(true);
            return true;
        }
        Passage passage = last;
        State during =
                passage.before == before ? passage.during : transfer.before().apply(before);
        Carried.set(exchange, during);
        return super.process(exchange, doneSync -> {
            State now = Carried.of(exchange);
            State after = after(before, during, now);
            Carried.set(
                    exchange,
                    exchange.getException() == null ? after : after.or(now).or(before));
            callback.done(doneSync);
        });
    }

    private State after(State before, State during, State now) {
        Passage passage = last;
        if (passage.before != before || passage.during != during || passage.now != now) {
            passage = passage(before, during, now);
            last = passage;
        }
        return passage.after;
    }

    private boolean tellsTooMuch(Exchange exchange, State state) {
        Transfer.Told told = transfer.told().orElse(null);
        if (told == null || !told.what().of(state).isAbove(accepted)) {
            return false;
        }
        guard.block(exchange, told.uri(), told.what().of(state), accepted);
        return true;
    }
}
