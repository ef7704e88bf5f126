package io.qanat.ingest;

import io.qanat.api.ArrivalOrder;
import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.Receipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A source while a route receives from it: what its own connection receives, and what steps hand over one by one.
 *
 * <p>Of what steps hand over at most {@code maxInFlight} messages are unanswered. Nothing stays unanswered when the source
 * closes.
 *
 * <p>Threads: any.
 */
public final class OpenSource implements Ingress {
    private final String source;
    private final int capacity;
    private final JournallingIngress ingress;
    private final Ingresses owner;
    private final Semaphore room;
    private final Set<Answer> unanswered = ConcurrentHashMap.newKeySet();
    private final LongAdder notTakenIn = new LongAdder();
    private volatile boolean closed;

    OpenSource(IngressConfig config, JournallingIngress ingress, Ingresses owner) {
        this.source = config.source();
        this.capacity = config.maxInFlight();
        this.ingress = ingress;
        this.owner = owner;
        this.room = new Semaphore(capacity);
    }

    @Override
    public void start() {
        ingress.start();
        owner.started(source, this);
    }

    @Override
    public void receive(Delivery delivery, byte[] payload) {
        ingress.receive(delivery, payload);
    }

    /**
     * Takes a message of a sender that waits for its receipt.
     *
     * @param order of what the sender handed over together
     * @param timeoutMillis how long to wait for room; 0 to give up at once when the pipeline is full
     * @return completes once the message is safe, on the source's own thread; fails with {@link NotTakenInException}
     * @throws NotTakenInException when there is no room in time, or the source closes
     */
    public CompletableFuture<Receipt> take(byte[] payload, ArrivalOrder order, long timeoutMillis)
            throws NotTakenInException, InterruptedException {
        enter(timeoutMillis);
        Answer answer = new Answer(order);
        unanswered.add(answer);
        if (closed) {
            answer.refuse("its route was stopped");
        } else {
            ingress.receive(answer, payload);
        }
        return answer.receipt;
    }

    private void enter(long timeoutMillis) throws NotTakenInException, InterruptedException {
        boolean full = timeoutMillis == 0 && ingress.inFlight() + ingress.waiting() >= capacity;
        if (full || !room.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
            notTakenIn.increment();
            throw new NotTakenInException("the source '" + source + "' had no room within " + timeoutMillis + " ms: "
                    + capacity + " readings are on their way through its route (maxInFlight); send it again later");
        }
    }

    @Override
    public int inFlight() {
        return ingress.inFlight();
    }

    @Override
    public int waiting() {
        return ingress.waiting();
    }

    @Override
    public Map<String, Number> figures() {
        Map<String, Number> figures = new HashMap<>(ingress.figures());
        figures.put("unanswered", unanswered.size());
        figures.put("notTakenIn", notTakenIn.sum());
        return figures;
    }

    /** Who waits for room gets it as the others are refused, and is refused too. */
    @Override
    public void close() {
        owner.stopping(source);
        closed = true;
        ingress.close();
        List.copyOf(unanswered).forEach(answer -> answer.refuse("its route was stopped"));
        owner.stopped(source);
    }

    /** A message of a step. */
    private final class Answer implements Delivery {
        private final ArrivalOrder order;
        private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

        Answer(ArrivalOrder order) {
            this.order = order;
        }

        @Override
        public boolean acknowledge(Receipt what) {
            leave();
            return receipt.complete(what);
        }

        @Override
        public void refuse(String why) {
            if (leave()) {
                notTakenIn.increment();
                receipt.completeExceptionally(new NotTakenInException(
                        "the source '" + source + "' could not keep a message: " + why + "; send it again"));
            }
        }

        private boolean leave() {
            boolean first = unanswered.remove(this);
            if (first) {
                room.release();
            }
            return first;
        }

        @Override
        public ArrivalOrder order() {
            return order;
        }
    }
}
