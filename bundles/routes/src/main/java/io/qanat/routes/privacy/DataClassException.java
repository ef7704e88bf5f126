package io.qanat.routes.privacy;

import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;

/** A message that was not sent, since it tells more than its endpoint may be told. Its text holds nothing of the message. */
public final class DataClassException extends CamelExchangeException {
    /** Under which readings are counted whose message was not sent. */
    static final String REASON = "data-class";

    private static final long serialVersionUID = 1L;

    DataClassException(String message, Exchange exchange) {
        super(message, exchange);
    }

    /** Without what Camel appends of the exchange. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage()).replaceFirst("\\s*Exchange\\[[^\\]]*]$", "");
    }
}
