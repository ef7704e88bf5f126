package io.qanat.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that goes with whoever made it. Threads: any; {@link #close()} once. */
record TemporaryFolder(Path path) implements AutoCloseable {
    static TemporaryFolder create(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(prefix));
    }

    @Override
    public void close() throws IOException {
        Folders.delete(path);
    }
}
