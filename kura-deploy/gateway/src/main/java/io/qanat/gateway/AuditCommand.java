package io.qanat.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What left the gateway, from the files of its audit log; the gateway may run or not. */
@Command(
        name = "audit",
        description = "Shows what left the gateway: totals by endpoint and data class, or every line.",
        mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOTALS = "%-50s %-8s %-7s %10s %14s%n";

    @Option(names = "--data", defaultValue = "data", description = "Data folder. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    @Option(
            names = "--since",
            defaultValue = "",
            paramLabel = "TIME",
            description = "Only what left since then: 2026-01-31T00:00:00Z, or so long ago: 90m, 24h, 7d.")
    private String since = "";

    @Option(names = "--endpoint", defaultValue = "", description = "Only to endpoints with this text in their address.")
    private String endpoint = "";

    @Option(names = "--lines", description = "Each line instead of totals.")
    private boolean lines;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files to read. Default: those in DATA/audit.")
    private List<Path> files = List.of();

    private record Total(long messages, long bytes) {
        Total and(long more) {
            return new Total(messages + 1, bytes + Math.max(more, 0));
        }
    }

    @Override
    public Integer call() throws IOException {
        Instant from = since(since, Clock.systemUTC());
        Map<String, Total> totals = new TreeMap<>();
        int damaged = 0;
        for (Path file : files.isEmpty() ? audited(data.resolve("audit")) : files) {
            for (String line : Files.readAllLines(file)) {
                damaged += read(line, from, totals) ? 0 : 1;
            }
        }
        if (!lines) {
            print(totals);
        }
        if (damaged > 0) {
            System.err.println(damaged + " lines are damaged, such as by a crash, and were passed over");
        }
        return 0;
    }

    /** Whether the line is whole. */
    private boolean read(String line, Instant from, Map<String, Total> totals) {
        try {
            JsonNode entry = JSON.readTree(line);
            Instant at = Instant.parse(entry.path("at").asText());
            if (at.isBefore(from) || !entry.path("endpoint").asText().contains(endpoint)) {
                return true;
            }
            if (lines) {
                System.out.println(line);
            }
            String key = TOTALS.substring(0, TOTALS.indexOf("%10s"))
                    .formatted(
                            entry.path("endpoint").asText(),
                            entry.path("class").asText(),
                            entry.path("outcome").asText());
            totals.put(
                    key,
                    totals.getOrDefault(key, new Total(0, 0))
                            .and(entry.path("bytes").asLong()));
            return true;
        } catch (JsonProcessingException | DateTimeParseException e) {
            return false;
        }
    }

    private static void print(Map<String, Total> totals) {
        System.out.printf(TOTALS, "endpoint", "class", "outcome", "messages", "bytes");
        totals.forEach((key, total) -> System.out.printf("%s%10d %14d%n", key, total.messages(), total.bytes()));
    }

    /** The oldest file first. */
    private static List<Path> audited(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no audit log in " + folder
                    + ": name the data folder of a gateway with --data, or the files");
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> found = new ArrayList<>(
                    all.filter(file -> file.getFileName().toString().matches("audit(\\.\\d+)?\\.jsonl"))
                            .toList());
            found.sort(Comparator.comparing(
                            (Path file) -> file.getFileName().toString().length())
                    .thenComparing(file -> file.getFileName().toString())
                    .reversed());
            return found;
        }
    }

    /** @throws IllegalArgumentException when it is neither a time nor a duration */
    static Instant since(String text, Clock clock) {
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            return text.matches("\\d+[smhd]")
                    ? clock.instant().minus(Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text))
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--since is '" + text + "': expected a time such as 2026-01-31T00:00:00Z, or 90m, 24h, 7d", e);
        }
    }
}
