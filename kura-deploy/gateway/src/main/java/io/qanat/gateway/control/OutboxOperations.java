package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.OutboxControl;
import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage.Priority;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be asked about stored messages. */
final class OutboxOperations {
    private static final int LIMIT = 100;

    private OutboxOperations() {}

    static Map<String, Operation> of(Supplier<OutboxControl> outbox) {
        return Map.of(
                "outbox.list",
                        arguments -> outbox.get().list(choice(arguments)).stream()
                                .map(OutboxOperations::line)
                                .toList(),
                "outbox.show",
                        arguments ->
                                show(outbox.get(), arguments.path("sequence").asLong()),
                "outbox.retry",
                        arguments -> outbox.get().retry(choice(arguments)).get(),
                "outbox.purge",
                        arguments -> outbox.get().purge(choice(arguments)).get());
    }

    private static Choice choice(JsonNode arguments) {
        return new Choice(
                given(arguments, "endpoint"),
                given(arguments, "priority").map(name -> constant(Priority.class, name)),
                given(arguments, "state").map(name -> constant(State.class, name)),
                arguments.path("limit").asInt(LIMIT));
    }

    private static Optional<String> given(JsonNode arguments, String name) {
        return Optional.of(arguments.path(name).asText()).filter(value -> !value.isEmpty());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Map<String, Object> line(OutboxEntry entry) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sequence", entry.sequence());
        line.put("endpoint", entry.message().endpoint());
        line.put("priority", entry.message().priority());
        line.put("state", entry.state());
        line.put("tries", entry.tries());
        line.put("createdAt", entry.message().createdAt().toString());
        line.put("id", entry.message().id());
        line.put("lastError", entry.lastError());
        return line;
    }

    private static Map<String, Object> show(OutboxControl outbox, long sequence) {
        OutboxEntry entry = outbox.show(sequence)
                .orElseThrow(() -> new NoSuchElementException(
                        "there is no message " + sequence + " in the outbox: it was delivered, or given up"));
        Map<String, Object> shown = line(entry);
        shown.put("subject", entry.message().subject());
        shown.put("contentType", entry.message().contentType());
        shown.put("payload", new String(entry.message().payload(), StandardCharsets.UTF_8));
        return shown;
    }
}
