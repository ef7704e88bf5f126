package io.qanat.gateway.https;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A web hook that wants a client certificate and a token. Threads: any. */
final class HttpsWebhook implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String token;
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    /** @param port 0 for a free one */
    HttpsWebhook(int port, SSLContext tls, String token) throws IOException {
        this.token = token;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.setExecutor(threads);
        server.createContext("/alarms", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean known =
                    ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (known) {
                ids.add(JSON.readTree(body).path("id").asText());
            }
            exchange.sendResponseHeaders(known ? 204 : 401, -1);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Of what was accepted. */
    Set<String> ids() {
        return Set.copyOf(ids);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
