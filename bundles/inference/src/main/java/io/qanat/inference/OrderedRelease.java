package io.qanat.inference;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Completes batches in the order in which they were formed, although several run at a time.
 *
 * <pre>
 *   done      [ 4: - | 5: done | 6: done | 7: - ]   by ticket; 4 still runs
 *   completed(4): the thread that brings it completes 4, 5 and 6; the others went on with their next run
 * </pre>
 *
 * <p>One thread at a time completes: the holder. A caller who scores inline becomes the holder before it runs, so nothing
 * that was submitted after it can overtake it.
 *
 * <p>Threads: any.
 */
final class OrderedRelease {
    /** Batches that may be formed and not completed, per instance: beyond that workers wait for slow callbacks. */
    private static final int BATCHES_PER_INSTANCE = 4;

    private final int capacity;
    private final AtomicReferenceArray<@Nullable Batch> done;
    private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();
    private final Semaphore places;

    /** The ticket that is completed next; written by the holder only. */
    private volatile long next;

    /** The ticket that is given next; written under the lock of the one who forms batches. */
    private volatile long tickets;

    OrderedRelease(int instances) {
        capacity = instances * BATCHES_PER_INSTANCE;
        done = new AtomicReferenceArray<>(capacity);
        places = new Semaphore(capacity);
    }

    /** Waits for a place. One thread at a time. */
    long ticket() {
        places.acquireUninterruptibly();
        return tickets;
    }

    /** From here on {@link #idle} says no until the batch of this ticket is completed. */
    void formed(long ticket) {
        tickets = ticket + 1;
    }

    /** The ticket was not needed. */
    void giveBack() {
        places.release();
    }

    boolean idle() {
        return tickets == next;
    }

    boolean tryHold() {
        return holder.get() == null && holder.compareAndSet(null, Thread.currentThread());
    }

    boolean heldByThisThread() {
        return holder.get() == Thread.currentThread();
    }

    /** Completes what others brought meanwhile, and lets go. */
    void letGo() {
        completeWhatIsNext();
        holder.set(null);
        completeIfNobodyDoes();
    }

    /** The batch has its scores: completes it as soon as those before it are. */
    void completed(Batch batch) {
        done.set(index(batch.ticket()), batch);
        completeIfNobodyDoes();
    }

    // Again after letting go: a batch brought in between found a holder, who was already past it.
    private void completeIfNobodyDoes() {
        while (done.get(index(next)) != null && tryHold()) {
            completeWhatIsNext();
            holder.set(null);
        }
    }

    private void completeWhatIsNext() {
        Batch batch = done.getAndSet(index(next), null);
        while (batch != null) {
            for (Request request : batch.requests()) {
                request.complete(false);
            }
            next = batch.ticket() + 1;
            places.release();
            batch = done.getAndSet(index(next), null);
        }
    }

    private int index(long ticket) {
        return (int) (ticket % capacity);
    }

    /** Waits until all that was formed is completed; nothing may be formed any more. */
    void awaitAll() {
        places.acquireUninterruptibly(capacity);
    }
}
