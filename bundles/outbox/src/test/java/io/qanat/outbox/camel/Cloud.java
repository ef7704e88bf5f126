package io.qanat.outbox.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web hook on a real HTTP server, which remembers what it was sent and what of it it accepted. */
final class Cloud implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile Behaviour behaviour = request -> 204;

    /** What the server does with a request. */
    interface Behaviour {
        /** Gives the status to answer with; a negative one closes the connection without an answer. */
        int answer(Request request) throws InterruptedException;
    }

    /** One request: the ids of its events, and what was said of them. */
    record Request(List<String> ids, List<String> historical, String contentType, String historicalHeader, int number) {
        String id() {
            return ids.get(0);
        }
    }

    Cloud() throws IOException {
        this(0);
    }

    Cloud(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            Request request = read(exchange);
            requests.add(request);
            int status = behaviour.answer(request);
            if (status / 100 == 2) {
                accepted.addAll(request.ids());
            }
            if (status == 429 || status == 503) {
                exchange.getResponseHeaders().add("Retry-After", "1");
            }
            // Before the answer: the client may send the next request as soon as it has it.
            atOnce.decrementAndGet();
            if (status > 0) {
                exchange.sendResponseHeaders(status, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private Request read(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        List<String> ids = new ArrayList<>();
        List<String> historical = new ArrayList<>();
        for (JsonNode event : body.isArray() ? body : JSON.createArrayNode().add(body)) {
            ids.add(event.path("id").asText());
            if (event.path("historical").asBoolean()) {
                historical.add(event.path("id").asText());
            }
        }
        String header = exchange.getRequestHeaders().getFirst("QanatHistorical");
        return new Request(
                ids,
                historical,
                exchange.getRequestHeaders().getFirst("Content-Type"),
                header == null ? "" : header,
                requests.size() + 1);
    }

    void behave(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Ids of what was answered with success, in that order, a repetition as often as it came. */
    List<String> accepted() {
        return List.copyOf(accepted);
    }

    Set<String> acceptedIds() {
        return new HashSet<>(accepted);
    }

    /** The most requests that were there at one moment. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
