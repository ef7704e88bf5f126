import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Fails unless the demo's report says that nothing was lost and that both labelled events were found. */
public class CheckReport {
    public static void main(String[] args) throws Exception {
        JsonNode report = new ObjectMapper().readTree(new File(args[0]));
        List<String> wrong = new ArrayList<>();
        JsonNode ledger = report.path("ledger");
        long sum = 0;
        for (String term : List.of("normal", "alarmed", "rejected", "dropped", "open")) {
            sum += count(ledger, term);
        }
        check(count(ledger, "received") == sum, "input ledger does not balance: " + ledger, wrong);
        check(count(ledger, "received") == 18_914, "not all of the recording was received: " + ledger, wrong);
        check(count(ledger, "open") == 0 && count(ledger, "dropped") == 0, "readings left over: " + ledger, wrong);
        for (String endpoint : List.of("mqtt", "http")) {
            JsonNode delivery = report.path("delivery").path(endpoint);
            long out = 0;
            for (String term : List.of("delivered", "expired", "dropped", "parked", "pending")) {
                out += count(delivery, term);
            }
            check(count(delivery, "enqueued") == out, endpoint + " ledger does not balance: " + delivery, wrong);
            check(count(delivery, "enqueued") > 0, "no alarm for " + endpoint, wrong);
            check(count(delivery, "pending") == 0 && count(delivery, "dropped") == 0, "left over: " + delivery, wrong);
            check(
                    count(report.path("receivedIds"), endpoint) == count(delivery, "enqueued"),
                    endpoint + " did not receive each id: " + report.path("receivedIds"),
                    wrong);
        }
        check(report.path("receiversAgree").asBoolean(), "the two receivers saw different ids", wrong);
        check(count(report, "eventsLabelled") == 2, "the recording has two labelled events", wrong);
        check(count(report, "eventsDetected") == 2, "not both labelled events were detected", wrong);
        check(report.path("meanBatchSize").asDouble() >= 2, "mean batch size below 2", wrong);
        wrong.forEach(System.err::println);
        System.out.println(wrong.isEmpty() ? "The demo's report is complete." : "The demo's report is NOT complete.");
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static long count(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isNumber()) {
            throw new IllegalStateException("the report has no number " + field + " in " + node);
        }
        return value.asLong();
    }

    private static void check(boolean holds, String otherwise, List<String> wrong) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }
}
