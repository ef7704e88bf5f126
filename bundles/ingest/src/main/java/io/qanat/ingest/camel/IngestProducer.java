package io.qanat.ingest.camel;

import io.qanat.api.ArrivalOrder;
import io.qanat.api.Receipt;
import io.qanat.ingest.NotTakenInException;
import io.qanat.ingest.OpenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the readings of a message to its source; the exchange goes on when all of them are safe.
 *
 * <p>Threads: any may call; it waits only for room. What follows in the route runs on a thread of the step's own, since the
 * source's thread serves all senders.
 */
class IngestProducer extends DefaultAsyncProducer {
    private final IngestEndpoint endpoint;
    private final Payloads payloads;
    private @Nullable ExecutorService answers;

    IngestProducer(IngestEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.payloads =
                new Payloads(endpoint, endpoint.getComponent().ingresses().clock());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        answers = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadExecutor(this, "qanat-ingest-answers-" + endpoint.getSource());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            List<CompletableFuture<Receipt>> receipts = take(payloads.of(exchange.getMessage()));
            CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
                    .whenCompleteAsync(
                            (nothing, failure) -> {
                                answer(exchange, receipts, failure);
                                callback.done(false);
                            },
                            Objects.requireNonNull(answers, "the producer is not started"));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(e);
        } catch (NotTakenInException | IllegalArgumentException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private List<CompletableFuture<Receipt>> take(List<byte[]> messages)
            throws NotTakenInException, InterruptedException {
        OpenSource source = endpoint.getComponent().ingresses().find(endpoint.getSource(), endpoint.patience());
        ArrivalOrder order = new ArrivalOrder();
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>(messages.size());
        for (byte[] payload : messages) {
            receipts.add(source.take(payload, order, endpoint.patience()));
        }
        return receipts;
    }

    private static void answer(
            Exchange exchange, List<CompletableFuture<Receipt>> receipts, @Nullable Throwable failure) {
        if (failure == null) {
            new Answer(receipts.stream().map(CompletableFuture::join).toList()).tell(exchange.getMessage());
        } else {
            exchange.setException(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (answers != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(answers);
            answers = null;
        }
        super.doStop();
    }
}
