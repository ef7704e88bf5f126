package io.qanat.ingest.camel;

import io.qanat.api.Receipt;
import io.qanat.api.Receipt.Kind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.camel.Message;

/**
 * What a route is told of the readings of one message, as headers.
 *
 * @param receipts one for each reading, in order
 */
record Answer(List<Receipt> receipts) {
    /** {@code rejected} when one was, else {@code accepted} when one was, else {@code redelivered}. */
    static final String OUTCOME = "QanatOutcome";

    /** Why readings were rejected, each reason once; empty when none was. */
    static final String REASON = "QanatReason";

    static final String ACCEPTED = "QanatAccepted";
    static final String REDELIVERED = "QanatRedelivered";
    static final String REJECTED = "QanatRejected";

    Answer {
        receipts = List.copyOf(receipts);
    }

    void tell(Message message) {
        message.setHeader(OUTCOME, outcome().name().toLowerCase(Locale.ROOT));
        message.setHeader(REASON, reasons());
        message.setHeader(ACCEPTED, count(Kind.ACCEPTED));
        message.setHeader(REDELIVERED, count(Kind.REDELIVERED));
        message.setHeader(REJECTED, count(Kind.REJECTED));
    }

    private Kind outcome() {
        return count(Kind.REJECTED) > 0 ? Kind.REJECTED : count(Kind.ACCEPTED) > 0 ? Kind.ACCEPTED : Kind.REDELIVERED;
    }

    private String reasons() {
        return receipts.stream()
                .map(Receipt::reason)
                .filter(reason -> !reason.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private long count(Kind kind) {
        return receipts.stream().filter(receipt -> receipt.kind() == kind).count();
    }
}
