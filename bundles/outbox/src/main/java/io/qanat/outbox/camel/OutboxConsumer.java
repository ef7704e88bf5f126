package io.qanat.outbox.camel;

import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import io.qanat.outbox.ForwarderConfig;
import io.qanat.outbox.Forwarders;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.URISupport;

/**
 * Makes an exchange of each message that the forwarder sends.
 *
 * <p>Threads: the exchange starts on the forwarder's and may end on any.
 */
final class OutboxConsumer extends DefaultConsumer {
    private final Forwarders forwarders;
    private final ForwarderConfig config;
    private OutboxQueue.Subscription forwarding = () -> {};

    OutboxConsumer(OutboxEndpoint endpoint, Processor processor, Forwarders forwarders, ForwarderConfig config) {
        super(endpoint, processor);
        this.forwarders = forwarders;
        this.config = config;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        forwarding = forwarders.start(config, this::send);
    }

    @Override
    protected void doStop() throws Exception {
        forwarding.close();
        super.doStop();
    }

    private CompletableFuture<Void> send(OutboxMessage message) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Exchange exchange = exchange(message);
        getAsyncProcessor().process(exchange, doneSync -> {
            Optional<IOException> failure = failure(exchange);
            releaseExchange(exchange, false);
            failure.ifPresentOrElse(answer::completeExceptionally, () -> answer.complete(null));
        });
        return answer;
    }

    private static Optional<IOException> failure(Exchange exchange) {
        Exception cause = exchange.getException();
        if (cause == null) {
            return Optional.empty();
        }
        // Messages of producers often hold their URI, and with it passwords.
        return Optional.of(new IOException(URISupport.sanitizeUri(cause.toString()), cause));
    }

    private Exchange exchange(OutboxMessage message) {
        Exchange exchange = createExchange(false);
        Message in = exchange.getIn();
        in.setBody(message.payload());
        in.setHeader(Exchange.CONTENT_TYPE, message.contentType());
        in.setHeader("QanatEventId", message.id());
        in.setHeader("QanatSubject", message.subject());
        return exchange;
    }
}
