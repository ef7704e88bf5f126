package io.qanat.routes.privacy;

import io.qanat.api.Alarm;
import io.qanat.api.DataClass;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way off the gateway.
 *
 * @param route its id, empty when no route sends
 * @param uri of the endpoint, as it was sent to; only {@link #endpoint} is for people and files
 * @param bytes of the body; -1 when nobody can tell before it is sent
 * @param event id of the event in it, empty when there is none or there are several
 */
record Departure(String route, String uri, DataClass dataClass, long bytes, String event) {
    private static final String EVENT_ID = "QanatEventId";

    static Departure of(Exchange exchange, String route, String uri, DataClass told) {
        String from = exchange.getFromRouteId();
        Object body = exchange.getMessage().getBody();
        return new Departure(
                route.isEmpty() && from != null ? from : route, uri, told, length(body), event(exchange, body));
    }

    /** Without options, name and password. */
    String endpoint() {
        return Target.shown(uri);
    }

    private static String event(Exchange exchange, @Nullable Object body) {
        return body instanceof Alarm alarm
                ? alarm.eventId()
                : exchange.getMessage().getHeader(EVENT_ID, "", String.class);
    }

    private static long length(@Nullable Object body) {
        if (body == null) {
            return 0;
        }
        if (body instanceof byte[] bytes) {
            return bytes.length;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
        if (body instanceof ByteBuffer buffer) {
            return buffer.remaining();
        }
        if (body instanceof StreamCache cached) {
            return cached.length();
        }
        Object file = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        return file instanceof File local ? local.length() : -1;
    }
}
