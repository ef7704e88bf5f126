package io.qanat.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a model, and how they become batches.
 *
 * <pre>
 *   push: any thread                     next: one worker at a time
 *   incoming, a stack, newest first ---> level 1 (first)  o o o      cancelled, late: fail
 *                                        level 2          o o o o  ---> batch of a preferred size,
 *                                        level 3          o             or what is there after maxDelay
 * </pre>
 *
 * <p>Threads: any may push; one worker at a time forms a batch, the others wait for their turn.
 */
final class RequestQueue {
    /** Priority levels, 1 is the first. */
    static final int LEVELS = 3;

    private final String model;
    private final BatchOptions options;
    private final OrderedRelease release;
    private final Admission admission;
    private final ReentrantLock forming = new ReentrantLock();
    private final AtomicReference<@Nullable Request> incoming = new AtomicReference<>();

    /** By priority, with how many windows are in them. Guarded by {@link #forming}, as all below. */
    private final List<ArrayDeque<Request>> levels =
            IntStream.range(0, LEVELS).mapToObj(i -> new ArrayDeque<Request>()).toList();

    private int waiting;
    private long earliestDeadline = Long.MAX_VALUE;
    private final List<Request> late = new ArrayList<>();

    /** How many windows the parked worker waits for; 0 while none is parked. */
    private volatile int awaited;

    /** {@link System#nanoTime()} at which the parked worker wakes by itself. */
    private volatile long parkedUntil;

    private volatile @Nullable Thread former;
    private volatile boolean closed;

    RequestQueue(String model, BatchOptions options, OrderedRelease release) {
        this.model = model;
        this.options = options;
        this.release = release;
        this.admission = new Admission(options.maxQueue());
    }

    Admission admission() {
        return admission;
    }

    /** Its windows have been admitted. */
    void push(Request request) {
        Request newest = incoming.get();
        request.before = newest;
        while (!incoming.compareAndSet(newest, request)) {
            newest = incoming.get();
            request.before = newest;
        }
        int wanted = awaited;
        if (wanted > 0 && (admission.rows() >= wanted || request.deadline < parkedUntil)) {
            LockSupport.unpark(former);
        }
    }

    /** No batch waits for more from here on; when nothing is left {@link #next} says so. */
    void close() {
        closed = true;
        admission.close();
        wake();
    }

    boolean isClosed() {
        return closed;
    }

    void wake() {
        LockSupport.unpark(former);
    }

    /** The next batch, as soon as it may be run; empty when none will come any more. */
    Optional<Batch> next() {
        forming.lock();
        try {
            former = Thread.currentThread();
            long ticket = release.ticket();
            int target = awaitTarget();
            if (target == 0) {
                release.giveBack();
                return Optional.empty();
            }
            return Optional.of(take(ticket, target));
        } finally {
            former = null;
            forming.unlock();
        }
    }

    /** @return how many windows to run; 0 when none will come any more */
    private int awaitTarget() {
        while (true) {
            drain();
            long now = System.nanoTime();
            moveLate(now);
            int target = target(now);
            if (target > 0) {
                return target;
            }
            if (waiting == 0 && closed && admission.rows() == 0) {
                return 0;
            }
            park(now);
        }
    }

    private int target(long now) {
        int preferred = options.preferred(waiting);
        if (preferred > 0 || (waiting == 0 && late.isEmpty())) {
            return preferred;
        }
        boolean over = options.maxDelay().isZero() || closed || !late.isEmpty() || now >= delayEnd();
        return over ? options.maxBatch() : 0;
    }

    /** When the oldest request has waited long enough. */
    private long delayEnd() {
        long oldest = Long.MAX_VALUE;
        for (ArrayDeque<Request> level : levels) {
            Request first = level.peek();
            if (first != null) {
                oldest = Math.min(oldest, first.submitted);
            }
        }
        return oldest == Long.MAX_VALUE ? oldest : oldest + options.maxDelay().toNanos();
    }

    private void park(long now) {
        long end = Math.min(delayEnd(), earliestDeadline);
        parkedUntil = end;
        // With nothing here each request must wake it; a closing queue also waits for those that are about to come.
        awaited = waiting == 0 || closed ? 1 : options.smallestPreferred();
        // Again after the announcement: a request that came before it woke nobody.
        if (incoming.get() == null && !(closed && admission.rows() == 0)) {
            if (end == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, end - now);
            }
        }
        awaited = 0;
    }

    /** Sorts what came since into its levels, oldest first. */
    private void drain() {
        Request newest = incoming.getAndSet(null);
        Request oldest = null;
        while (newest != null) {
            Request before = newest.before;
            newest.before = oldest;
            oldest = newest;
            newest = before;
        }
        while (oldest != null) {
            Request next = oldest.before;
            oldest.before = null;
            levels.get(oldest.priority - 1).add(oldest);
            waiting += oldest.rows();
            earliestDeadline = Math.min(earliestDeadline, oldest.deadline);
            oldest = next;
        }
    }

    /** Requests of a low priority would else notice their timeout only when their turn comes. */
    private void moveLate(long now) {
        if (now < earliestDeadline) {
            return;
        }
        earliestDeadline = Long.MAX_VALUE;
        for (ArrayDeque<Request> level : levels) {
            level.removeIf(request -> isLate(request, now));
        }
    }

    private boolean isLate(Request request, long now) {
        if (!request.expired(now)) {
            earliestDeadline = Math.min(earliestDeadline, request.deadline);
            return false;
        }
        request.fail(timeout(request, now));
        late.add(request);
        waiting -= request.rows();
        return true;
    }

    private Batch take(long ticket, int target) {
        List<Request> requests = new ArrayList<>(Math.min(target, waiting) + late.size());
        requests.addAll(late);
        late.clear();
        int room = target;
        for (ArrayDeque<Request> level : levels) {
            room = fill(requests, level, room, target);
        }
        int freed = 0;
        int rows = 0;
        for (Request request : requests) {
            freed += request.rows();
            rows += request.failed() ? 0 : request.rows();
        }
        // In this order: a caller who sees no window waiting sees the batch that they are in.
        release.formed(ticket);
        admission.free(freed);
        return new Batch(ticket, requests, rows);
    }

    /** @return how many windows more may be taken */
    private int fill(List<Request> requests, ArrayDeque<Request> level, int space, int target) {
        int room = space;
        Request first = level.peek();
        while (first != null && room > 0) {
            if (first.cancelled()) {
                first.fail(cancelled(first));
            } else if (room < target && first.rows() > room) {
                // A smaller one behind it must not overtake it for ever.
                return 0;
            } else {
                room -= first.rows();
            }
            requests.add(level.remove());
            waiting -= first.rows();
            first = level.peek();
        }
        return room;
    }

    ScoringException timeout(Request request, long now) {
        return new ScoringException(
                ScoringException.TIMEOUT,
                "model " + model + " had no time for the window of "
                        + request.windows.get(0).asset() + " within its timeout: it waited "
                        + (now - request.submitted) / 1_000_000 + " ms, and " + admission.rows()
                        + " windows wait; allow more instances or a longer timeout");
    }

    ScoringException cancelled(Request request) {
        return new ScoringException(
                ScoringException.CANCELLED,
                "the window of " + request.windows.get(0).asset() + " left the queue of model " + model
                        + ": nobody waits for its score any more");
    }

    ScoringException full() {
        return new ScoringException(
                ScoringException.QUEUE_FULL,
                "model " + model + " has " + admission.rows() + " windows waiting and takes no more" + " (maxQueue="
                        + options.maxQueue() + "): send less, or set onFull=wait");
    }
}
