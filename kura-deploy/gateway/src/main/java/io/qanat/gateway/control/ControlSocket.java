package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the control socket of a data folder is, and what goes through it:
 *
 * <pre>
 * data/control/          rwx------: only the owner reaches the socket
 * data/control/socket    one connection per request
 *
 * request   {"operation":"status","arguments":{}}   one line, UTF-8
 * answer    {"result":...} or {"error":"..."}       one line, then the connection is closed
 * </pre>
 */
final class ControlSocket {
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    /** Bytes of a path in the kernel's {@code sockaddr_un}, without the closing zero. */
    private static final int LONGEST_PATH = 107;

    private ControlSocket() {}

    static Path folder(Path data) {
        return data.toAbsolutePath().normalize().resolve("control");
    }

    static Path file(Path data) {
        return folder(data).resolve("socket");
    }

    static UnixDomainSocketAddress address(Path data) {
        Path file = file(data);
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw new IllegalArgumentException("the control socket " + file + " has a path of " + length
                    + " bytes, and Linux takes " + LONGEST_PATH + ": choose a data folder with a shorter path");
        }
        return UnixDomainSocketAddress.of(file);
    }

    /** Makes the folder, and takes away the socket that a killed gateway left. */
    static void prepare(Path data) throws IOException {
        if (!Files.isDirectory(folder(data))) {
            Files.createDirectories(data);
            Files.createDirectory(
                    folder(data), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (isAnswered(data)) {
            throw new IOException("another gateway already runs on " + data + ": stop it, or name another data folder");
        }
        Files.deleteIfExists(file(data));
    }

    static void requireFree(Path data) throws IOException {
        if (isAnswered(data)) {
            throw new IOException("another gateway already runs on " + data + ": stop it, or name another data folder");
        }
    }

    static boolean isAnswered(Path data) {
        try (SocketChannel channel = SocketChannel.open(address(data))) {
            return channel.isConnected();
        } catch (IOException e) {
            // There is none, or nobody listens: its gateway was killed.
            return false;
        }
    }
}
