package io.qanat.ingest.camel;

import io.qanat.ingest.Batch;
import io.qanat.ingest.ReadingWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a message holds, as payloads of readings:
 *
 * <pre>
 * bytes, text, stream     the payload itself; with batch an array of readings
 * number, boolean         one channel of one asset
 * map                     several channels of one asset, value by channel
 * list                    each of the above, also exchanges and messages with headers of their own
 * </pre>
 *
 * <p>Threads: any.
 */
final class Payloads {
    /** Header with the asset. */
    static final String ASSET = "QanatAsset";

    /** Header with the channel. */
    static final String CHANNEL = "QanatChannel";

    /** Header that names the reading within its asset, so that it is known when it comes again. */
    static final String ID = "QanatId";

    /** Header with the source's time: an instant, an ISO 8601 text or milliseconds since 1970. */
    static final String OBSERVED_AT = "QanatObservedAt";

    private static final byte[] NOTHING = {};

    private final IngestEndpoint endpoint;
    private final Clock clock;

    Payloads(IngestEndpoint endpoint, Clock clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /** @throws IllegalArgumentException when the body is something that no reading can be made of */
    List<byte[]> of(Message message) {
        return each(message.getBody(), message).toList();
    }

    private Stream<byte[]> each(@Nullable Object body, Message message) {
        if (body instanceof Collection<?> several) {
            return several.stream().flatMap(one -> each(one, message));
        } else if (body instanceof Exchange exchange) {
            return each(exchange.getMessage().getBody(), exchange.getMessage());
        } else if (body instanceof Message own) {
            return each(own.getBody(), own);
        } else if (body instanceof Number || body instanceof Boolean) {
            return Stream.of(ReadingWriter.write(common(message), text(message, CHANNEL, endpoint.getChannel()), body));
        } else if (body instanceof Map<?, ?> values) {
            return Stream.of(ReadingWriter.write(common(message), values));
        }
        byte[] payload = bytes(body, message);
        return endpoint.isBatch() ? Batch.split(payload).stream() : Stream.of(payload);
    }

    private byte[] bytes(@Nullable Object body, Message message) {
        if (body == null) {
            return NOTHING;
        }
        byte[] bytes = message.getExchange()
                .getContext()
                .getTypeConverter()
                .convertTo(byte[].class, message.getExchange(), body);
        if (bytes == null) {
            throw new IllegalArgumentException("ingest:" + endpoint.getSource() + " was given a "
                    + body.getClass().getName()
                    + ": give it bytes, text, a number, a boolean or a map of channels before this step");
        }
        return bytes;
    }

    private ReadingWriter.Common common(Message message) {
        return new ReadingWriter.Common(
                message.getHeader(ID, String.class),
                text(message, ASSET, endpoint.getAsset()),
                endpoint.getUnit(),
                observedAt(message.getHeader(OBSERVED_AT)));
    }

    private static @Nullable String text(Message message, String header, String option) {
        String value = message.getHeader(header, String.class);
        return value != null ? value : option.isEmpty() ? null : option;
    }

    private String observedAt(@Nullable Object header) {
        if (header == null) {
            return clock.instant().toString();
        } else if (header instanceof Number millis) {
            return Instant.ofEpochMilli(millis.longValue()).toString();
        } else if (header instanceof Date date) {
            return date.toInstant().toString();
        }
        return header.toString();
    }
}
