package io.qanat.mqtt;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets that read ahead. Paho reads the header of each packet byte by byte from the socket: four calls of the
 * operating system for each message, which cost as much as all the rest.
 *
 * <p>Threads: any.
 */
final class BufferedSockets extends SocketFactory {
    private static final int BUFFER = 1 << 16;

    @Override
    public Socket createSocket() {
        return new Buffered();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private static Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = new Buffered();
        socket.connect(address);
        return socket;
    }

    private static final class Buffered extends Socket {
        private @Nullable InputStream input;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            InputStream existing = input;
            if (existing == null) {
                existing = new BufferedInputStream(super.getInputStream(), BUFFER);
                input = existing;
            }
            return existing;
        }
    }
}
