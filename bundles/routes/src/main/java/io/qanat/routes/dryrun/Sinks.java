package io.qanat.routes.dryrun;

import io.qanat.api.DryRunSide.Sent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/** What would have been sent, by endpoint. Threads: any. */
final class Sinks {
    private static final int LONGEST_SHOWN = 4_000;
    private static final int MOST_ENDPOINTS = 1_000;

    /** Where further endpoints are counted: a route may make a new one of each message. */
    private static final String OTHERS = "(others)";

    private final int show;
    private final Map<String, Sink> sinks = new TreeMap<>();

    /** @param show so many payloads are kept of each endpoint */
    Sinks(int show) {
        this.show = show;
    }

    private static final class Sink {
        private final List<String> first = new ArrayList<>();
        private long messages;
        private long bytes;
    }

    /** @param endpoint without options, which may hold secrets */
    synchronized void sent(String endpoint, Exchange exchange) {
        byte[] payload = payload(exchange);
        String name = sinks.containsKey(endpoint) || sinks.size() < MOST_ENDPOINTS ? endpoint : OTHERS;
        Sink sink = sinks.computeIfAbsent(name, key -> new Sink());
        sink.messages++;
        sink.bytes += payload.length;
        if (sink.first.size() < show) {
            String text = new String(payload, StandardCharsets.UTF_8);
            sink.first.add(text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text);
        }
    }

    private static byte[] payload(Exchange exchange) {
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        return bytes == null ? String.valueOf(exchange.getMessage().getBody()).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    synchronized Map<String, Sent> sent() {
        Map<String, Sent> sent = new TreeMap<>();
        sinks.forEach((endpoint, sink) -> sent.put(endpoint, new Sent(sink.messages, sink.bytes, sink.first)));
        return sent;
    }
}
