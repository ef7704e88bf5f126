package io.qanat.outbox;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Why a try failed, and what that says of the next one. The classes of the exceptions are in the bundles of the
 * connectors, so they are asked by the names of their methods: {@code getHttpResponseCode} and {@code getResponseHeaders}
 * of Camel's HTTP, {@code getReasonCode} of Paho; those of Kafka by their own.
 *
 * @param error for people, what happened and where it is known what to do, at most {@value #ERROR_LENGTH} characters
 * @param forGood the endpoint will always refuse this message
 * @param retryAfter when the endpoint asked to be left alone: how long
 */
record Failure(String error, boolean forGood, Optional<Duration> retryAfter) {
    private static final int ERROR_LENGTH = 500;

    /** An endpoint may not ask for more. */
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Bad request, content too large, content that is understood and wrong. */
    private static final Set<Integer> HTTP_FOR_GOOD = Set.of(400, 413, 422);

    private static final Set<Integer> HTTP_ASKS_TO_WAIT = Set.of(429, 503);

    /** MQTT 5: topic name invalid, packet too large, payload format invalid. */
    private static final Set<Integer> MQTT_FOR_GOOD = Set.of(0x90, 0x95, 0x99);

    /** No broker takes a message of this size, or one of this form. */
    private static final Set<String> KAFKA_FOR_GOOD = Set.of(
            "org.apache.kafka.common.errors.RecordTooLargeException",
            "org.apache.kafka.common.errors.InvalidRecordException");

    static Failure of(Throwable thrown, Instant now) {
        Throwable failure = thrown;
        while ((failure instanceof ExecutionException || failure instanceof CompletionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        boolean forGood = false;
        Optional<Duration> retryAfter = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<Integer> http = httpStatus(cause);
            Optional<Integer> mqtt = ask(cause, "getReasonCode", Integer.class);
            forGood |= http.filter(HTTP_FOR_GOOD::contains).isPresent()
                    || mqtt.filter(MQTT_FOR_GOOD::contains).isPresent()
                    || KAFKA_FOR_GOOD.contains(cause.getClass().getName());
            if (http.filter(HTTP_ASKS_TO_WAIT::contains).isPresent()) {
                retryAfter = retryAfter(cause, now);
            }
        }
        return new Failure(error(failure), forGood, retryAfter);
    }

    /** A try that the endpoint did not answer in time. */
    static Failure timeout(Duration timeout) {
        return new Failure("no answer within " + timeout.toMillis() + " ms", false, Optional.empty());
    }

    static Optional<Integer> httpStatus(Throwable failure) {
        return ask(failure, "getHttpResponseCode", Integer.class);
    }

    private static String error(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String advice = Advice.on(failure).map(text -> "; " + text).orElse("");
        // What to do stays whole, however long the message is.
        return message.substring(0, Math.min(message.length(), ERROR_LENGTH - advice.length())) + advice;
    }

    private static Optional<Duration> retryAfter(Throwable http, Instant now) {
        return ask(http, "getResponseHeaders", Map.class).flatMap(headers -> {
            for (Object name : headers.keySet()) {
                if ("Retry-After".equalsIgnoreCase(String.valueOf(name))) {
                    return delay(String.valueOf(headers.get(name)).strip(), now);
                }
            }
            return Optional.empty();
        });
    }

    /** RFC 9110: seconds, or a date. */
    private static Optional<Duration> delay(String value, Instant now) {
        try {
            Duration delay = value.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return delay.isNegative() || delay.isZero()
                    ? Optional.empty()
                    : Optional.of(delay.compareTo(LONGEST) > 0 ? LONGEST : delay);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static <T> Optional<T> ask(Throwable cause, String method, Class<T> type) {
        try {
            Object answer = cause.getClass().getMethod(method).invoke(cause);
            return type.isInstance(answer) ? Optional.of(type.cast(answer)) : Optional.empty();
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            // Another kind of exception: most are.
            return Optional.empty();
        }
    }
}
