package io.qanat.routes.dryrun;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.URISupport;

/** What exchanges failed with: the first 20 kinds. Threads: any. */
final class Failures extends EventNotifierSupport {
    private static final int MOST = 20;

    private final Map<String, Long> counts = new TreeMap<>();

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeFailedEvent failed) {
            String route = failed.getExchange().getFromRouteId();
            Throwable cause = failed.getExchange().getException();
            // Messages of producers often hold their URI, and with it passwords.
            count("route " + route + ": " + URISupport.sanitizeUri(String.valueOf(cause)));
        }
    }

    private synchronized void count(String kind) {
        if (counts.containsKey(kind) || counts.size() < MOST) {
            counts.merge(kind, 1L, Long::sum);
        }
    }

    synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }
}
