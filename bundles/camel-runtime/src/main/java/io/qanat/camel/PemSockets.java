package io.qanat.camel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** Makes TLS sockets with the files as they are at that moment: a renewed certificate needs no restart. Threads: any. */
final class PemSockets extends SSLSocketFactory {
    private final PemFiles files;
    private final SSLSocketFactory defaults = (SSLSocketFactory) SSLSocketFactory.getDefault();

    PemSockets(PemFiles files) {
        this.files = files;
    }

    private SSLSocketFactory now() throws IOException {
        return files.context().getSocketFactory();
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return defaults.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return defaults.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return now().createSocket();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return now().createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return now().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return now().createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return now().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return now().createSocket(host, port, local, localPort);
    }
}
