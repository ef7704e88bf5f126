package io.qanat.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The least that makes bytes durable: written to a file of 16 MiB, over and over as SQLite does with its write-ahead log, and
 * forced to the disk with each call. It bounds what any store on this disk can reach.
 *
 * <p>Threads: any, one at a time.
 */
final class BareLog implements AutoCloseable {
    private static final int SIZE = 16 << 20;

    private final FileChannel channel;

    BareLog(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.allocate(SIZE));
        channel.force(true);
        channel.position(0);
    }

    /** @return how many payloads */
    synchronized int write(List<byte[]> payloads) throws IOException {
        int bytes = payloads.stream().mapToInt(payload -> payload.length).sum();
        if (channel.position() + bytes > SIZE) {
            channel.position(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        payloads.forEach(buffer::put);
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(false);
        return payloads.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
