package io.qanat.gateway.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.StageStatus;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.demo.Evaluation.Raise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the demo measured: written as JSON by {@code --report}, with these names. */
record Report(
        long readingsIn,
        long windows,
        long batches,
        double meanBatchSize,
        long alarmsRaised,
        int eventsLabelled,
        int eventsDetected,
        int falseAlarms,
        Evaluation baseline,
        Map<String, Double> latencyMs,
        Ledger ledger,
        Map<String, DeliveryLedger> delivery,
        Map<String, Integer> receivedIds,
        boolean receiversAgree,
        Map<String, String> model,
        double seconds) {
    static final String SOURCE = "plant";
    private static final DeliveryLedger NOTHING = new DeliveryLedger(0, 0, 0, 0, 0, 0);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The input ledger in figures, with the reasons beside. */
    record Ledger(
            long received,
            long normal,
            long alarmed,
            long rejected,
            long dropped,
            long open,
            long redelivered,
            long unscored,
            @JsonProperty("rejectedBy") Map<String, Long> rejectedBy,
            boolean balanced) {
        static Ledger of(InputLedger input) {
            return new Ledger(
                    input.received(),
                    input.normal(),
                    input.alarmed(),
                    InputLedger.total(input.rejected()),
                    InputLedger.total(input.dropped()),
                    input.open(),
                    input.redelivered(),
                    input.unscored(),
                    input.rejected(),
                    input.balanced());
        }
    }

    static InputLedger input(Gateway gateway) {
        return gateway.ledgers().input().getOrDefault(SOURCE, new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    static DeliveryLedger delivery(Gateway gateway, String endpoint) {
        return gateway.ledgers().delivery().getOrDefault(endpoint, NOTHING);
    }

    static Report of(Gateway gateway, List<Path> models, Recording recording, Receivers receivers, double seconds)
            throws IOException {
        StageStatus onnx = gateway.status("onnx:mote-detector").orElseThrow();
        int trainedBefore = trainedBefore(models, onnx);
        List<Raise> raises = raises(receivers.events());
        Evaluation evaluation = Evaluation.of(raises, recording, trainedBefore);
        Set<String> mqttIds = receivers.mqttIds();
        Set<String> httpIds = receivers.httpIds();
        DeliveryLedger mqtt = delivery(gateway, "cloud-mqtt");
        DeliveryLedger http = delivery(gateway, "cloud-http");
        return new Report(
                input(gateway).received(),
                onnx.count("windows"),
                onnx.count("batches"),
                onnx.measure("meanBatchSize"),
                raises.size(),
                recording.events().size(),
                evaluation.eventsDetected(),
                evaluation.falseAlarms(),
                Evaluation.baseline(recording, trainedBefore),
                Map.of(
                        "p50", onnx.measure("latencyP50Millis"),
                        "p95", onnx.measure("latencyP95Millis"),
                        "p99", onnx.measure("latencyP99Millis")),
                Ledger.of(input(gateway)),
                Map.of("mqtt", mqtt, "http", http),
                Map.of("mqtt", mqttIds.size(), "http", httpIds.size()),
                mqttIds.equals(httpIds) && mqttIds.size() == mqtt.enqueued() && httpIds.size() == http.enqueued(),
                model(onnx),
                seconds);
    }

    private static Map<String, String> model(StageStatus onnx) {
        return Map.of(
                "name", onnx.facts().getOrDefault("model.name", ""),
                "version", onnx.facts().getOrDefault("model.version", ""),
                "variant", onnx.facts().getOrDefault("model.variant", ""),
                "sha256", onnx.facts().getOrDefault("model.sha256", ""));
    }

    /** The model may be one of the installation, or one that was added since. */
    private static int trainedBefore(List<Path> models, StageStatus onnx) throws IOException {
        Path manifest = Path.of(
                onnx.facts().getOrDefault("model.name", ""),
                onnx.facts().getOrDefault("model.version", ""),
                "model.json");
        Path found = models.stream()
                .map(folder -> folder.resolve(manifest))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no " + manifest + " in " + models
                        + ": which readings the model was trained on is not known"));
        return JSON.readTree(found.toFile())
                .path("training")
                .path("trainedBeforeIndex")
                .asInt();
    }

    private static List<Raise> raises(List<JsonNode> events) {
        List<Raise> raises = new ArrayList<>();
        for (JsonNode event : events) {
            JsonNode data = event.path("data");
            if (data.path("state").asText().equals("raised")) {
                Instant raisedAt = Instant.parse(data.path("raisedAt").asText());
                raises.add(new Raise(data.path("asset").asText(), Recording.index(raisedAt)));
            }
        }
        return raises;
    }

    /** Both ledgers balance, nothing is left over, and each alarm arrived at both endpoints. */
    boolean complete() {
        return ledger.balanced()
                && ledger.open() == 0
                && ledger.dropped() == 0
                && receiversAgree
                && delivery.values().stream().allMatch(Report::complete);
    }

    private static boolean complete(DeliveryLedger ledger) {
        return ledger.balanced() && ledger.pending() == 0 && ledger.dropped() == 0;
    }

    void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    String summary() {
        return """

                Readings   %,d in %.1f s (the recording has no times: observedAt is made from the 5 s sampling period)
                Windows    %,d in %,d batches, mean batch size %.1f
                Latency    arrival to score p50 %.1f ms, p95 %.1f ms, p99 %.1f ms
                Model      %s %s, %s
                Alarms     %d raised; %d of %d labelled events detected, %d false (3 sigma of differences: %d of %d, %d false)
                Input      received %,d = normal %,d + alarmed %,d + rejected %,d %s + dropped %,d + open %,d; redelivered %,d, unscored %,d
                MQTT       %s, %d ids arrived
                HTTP       %s, %d ids arrived
                Ledgers    %s
                """
                .formatted(
                        readingsIn,
                        seconds,
                        windows,
                        batches,
                        meanBatchSize,
                        latencyMs.get("p50"),
                        latencyMs.get("p95"),
                        latencyMs.get("p99"),
                        model.get("name"),
                        model.get("version"),
                        model.get("variant"),
                        alarmsRaised,
                        eventsDetected,
                        eventsLabelled,
                        falseAlarms,
                        baseline.eventsDetected(),
                        eventsLabelled,
                        baseline.falseAlarms(),
                        ledger.received(),
                        ledger.normal(),
                        ledger.alarmed(),
                        ledger.rejected(),
                        ledger.rejectedBy().isEmpty() ? "" : ledger.rejectedBy(),
                        ledger.dropped(),
                        ledger.open(),
                        ledger.redelivered(),
                        ledger.unscored(),
                        line(delivery.getOrDefault("mqtt", NOTHING)),
                        receivedIds.get("mqtt"),
                        line(delivery.getOrDefault("http", NOTHING)),
                        receivedIds.get("http"),
                        complete() ? "both balance, nothing is missing" : "NOT COMPLETE: compare the lines above");
    }

    private static String line(DeliveryLedger ledger) {
        return "enqueued %d = delivered %d + expired %d + dropped %d + parked %d + pending %d"
                .formatted(
                        ledger.enqueued(),
                        ledger.delivered(),
                        ledger.expired(),
                        ledger.dropped(),
                        ledger.parked(),
                        ledger.pending());
    }
}
