package io.qanat.gateway.shared;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Holds an exchange in the middle of a route until the test lets it go. */
public final class Gate {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicBoolean broken = new AtomicBoolean();

    /** Called in the route. */
    public void pass() {
        entered.countDown();
        await(open);
    }

    public void awaitEntered() {
        await(entered);
    }

    public void open() {
        open.countDown();
    }

    /** Called when a route is built. */
    public void requireWhole() {
        if (broken.get()) {
            throw new IllegalStateException("the gate is broken");
        }
    }

    public void broken(boolean isBroken) {
        broken.set(isBroken);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at the gate", e);
        }
    }
}
