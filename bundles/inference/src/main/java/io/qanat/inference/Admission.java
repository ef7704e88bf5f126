package io.qanat.inference;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bound of a queue: how many windows wait, and the threads that wait for room.
 *
 * <p>Threads: any.
 */
final class Admission {
    private final int limit;
    private final AtomicInteger rows = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private volatile int waiters;
    private volatile boolean closed;

    Admission(int limit) {
        this.limit = limit;
    }

    /** Windows that were admitted and not taken. */
    int rows() {
        return rows.get();
    }

    /** @return false when there is no room */
    boolean tryAdmit(int count) {
        int before = rows.get();
        while (before + count <= limit) {
            if (rows.compareAndSet(before, before + count)) {
                return true;
            }
            before = rows.get();
        }
        return false;
    }

    /** Whether there is room or not. */
    void admit(int count) {
        rows.addAndGet(count);
    }

    /**
     * Waits for room.
     *
     * @param deadline {@link System#nanoTime()} until which it waits; {@link Long#MAX_VALUE}: without end
     * @return false when it was not admitted, because the deadline passed or the queue was closed
     */
    boolean awaitRoom(int count, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiters++;
            while (!tryAdmit(count)) {
                if (closed || !await(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            waiters--;
            lock.unlock();
        }
    }

    private boolean await(long deadline) throws InterruptedException {
        if (deadline == Long.MAX_VALUE) {
            room.await();
            return true;
        }
        return room.awaitNanos(deadline - System.nanoTime()) > 0;
    }

    void free(int count) {
        rows.addAndGet(-count);
        if (waiters > 0) {
            wakeAll();
        }
    }

    /** Sends those away who wait for room. */
    void close() {
        closed = true;
        wakeAll();
    }

    private void wakeAll() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
