package io.qanat.outbox.camel;

import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import io.qanat.outbox.CloudEventCodec;
import io.qanat.outbox.ForwarderConfig;
import io.qanat.outbox.Forwarders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes an exchange of each message that the forwarder sends.
 *
 * <p>Threads: each exchange starts on a worker, {@code qanat-outbox-send-<endpoint>}, and may end on any.
 */
final class OutboxConsumer extends DefaultConsumer {
    private final Forwarders forwarders;
    private final ForwarderConfig config;
    private OutboxQueue.Subscription forwarding = () -> {};
    private @Nullable ExecutorService workers;

    OutboxConsumer(OutboxEndpoint endpoint, Processor processor, Forwarders forwarders, ForwarderConfig config) {
        super(endpoint, processor);
        this.forwarders = forwarders;
        this.config = config;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // Many producers block their thread until the endpoint answers. The forwarder bounds how many do.
        ExecutorService pool = executors().newCachedThreadPool(this, "qanat-outbox-send-" + config.endpoint());
        workers = pool;
        forwarding = forwarders.start(config, (messages, historical) -> send(messages, historical, pool));
    }

    @Override
    protected void doStop() throws Exception {
        forwarding.close();
        if (workers != null) {
            executors().shutdownNow(workers);
            workers = null;
        }
        super.doStop();
    }

    private ExecutorServiceManager executors() {
        return getEndpoint().getCamelContext().getExecutorServiceManager();
    }

    private CompletableFuture<Void> send(List<OutboxMessage> messages, boolean historical, ExecutorService pool) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Exchange exchange = exchange(messages, historical);
        pool.execute(() -> getAsyncProcessor().process(exchange, doneSync -> {
            Optional<IOException> failure = failure(exchange);
            releaseExchange(exchange, false);
            failure.ifPresentOrElse(answer::completeExceptionally, () -> answer.complete(null));
        }));
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

    private Exchange exchange(List<OutboxMessage> messages, boolean historical) {
        Exchange exchange = createExchange(false);
        OutboxMessage first = messages.get(0);
        Message in = exchange.getIn();
        if (config.batch() > 1 && first.contentType().equals(CloudEventCodec.CONTENT_TYPE)) {
            in.setBody(CloudEventCodec.batch(
                    messages.stream().map(OutboxMessage::payload).toList()));
            in.setHeader(Exchange.CONTENT_TYPE, CloudEventCodec.BATCH_CONTENT_TYPE);
            in.setHeader("QanatEvents", messages.size());
        } else {
            in.setBody(first.payload());
            in.setHeader(Exchange.CONTENT_TYPE, first.contentType());
            in.setHeader("QanatEventId", first.id());
            in.setHeader("QanatSubject", first.subject());
        }
        if (historical) {
            in.setHeader("QanatHistorical", true);
        }
        return exchange;
    }
}
