package io.qanat.api;

import java.io.IOException;
import java.nio.file.Path;

/** Copies of the gateway's store, made while it is in use. Threads: any. */
public interface StoreBackup {
    /**
     * Writes a consistent copy of what is durable when the call begins. Returns once the copy is on disk; others go on
     * writing meanwhile. An encrypted store gives an encrypted copy, which needs the same key.
     *
     * @param target a file that is not there yet, in a directory that is
     * @throws IOException when the target exists or cannot be written; nothing is left behind then
     */
    void backup(Path target) throws IOException;
}
