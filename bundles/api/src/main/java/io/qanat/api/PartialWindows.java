package io.qanat.api;

import java.util.concurrent.CompletableFuture;

/** The windows that still wait for readings. Threads: any. */
public interface PartialWindows {
    /**
     * The streams have ended: frees the readings that wait in unfinished windows. Those that were in no scored window
     * are counted {@code unscored}.
     *
     * @return completes once that is durable
     */
    CompletableFuture<Void> closeUnscored();
}
