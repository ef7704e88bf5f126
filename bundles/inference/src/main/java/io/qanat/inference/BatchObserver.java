package io.qanat.inference;

/** Sees each batch after its run and before its callbacks. Threads: any, several at a time; it must not wait. */
interface BatchObserver {
    /** @param nanos how long the run took, 0 when it failed */
    void ran(Batch batch, long nanos);
}
