package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * The state that a message carries. It goes with each copy of the exchange, and no step of a route can set or remove it.
 * Threads: the one that has the exchange.
 */
final class Carried {
    private static final String PROPERTY = "QanatDataClass";

    private Carried() {}

    /** What a message holds: what it carries, and at least what the type of its body says. Without a state it is unknown. */
    static State of(Exchange exchange) {
        State carried = exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, State.class);
        if (carried == null) {
            return State.UNKNOWN;
        }
        DataClass typed = BodyClass.of(exchange.getMessage().getBody());
        State state = typed.isAbove(carried.body()) ? carried.withBody(typed) : carried;
        return mayBeRestored(exchange) ? state.restored() : state;
    }

    /** After a failure Camel may have put the original message back. */
    private static boolean mayBeRestored(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT) != null
                && Boolean.TRUE.equals(exchange.getContext().isAllowUseOriginalMessage());
    }

    static void set(Exchange exchange, State state) {
        exchange.getExchangeExtension().setSafeCopyProperty(PROPERTY, state);
    }
}
