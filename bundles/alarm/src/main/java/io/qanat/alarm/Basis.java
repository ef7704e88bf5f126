package io.qanat.alarm;

import static io.qanat.alarm.OperatorState.decoded;
import static io.qanat.alarm.OperatorState.encoded;

import io.qanat.api.Alarm.Evidence;
import io.qanat.api.Alarm.WindowRef;
import io.qanat.api.ModelRef;
import io.qanat.api.Reading;
import io.qanat.api.Score;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The score that an alarm was told with last, for what persons do to it later. It has a row of its own, which is written
 * only when something is told:
 *
 * <pre>
 * 1 from to value threshold rate source entry model version variant sha256 channel=share,channel=share
 *
 * rate is - where there is none; texts are URL-encoded
 * </pre>
 *
 * @param score as the model gave it
 * @param evidence the window, and the rise of the score
 */
record Basis(Score score, Evidence evidence) {
    private static final String VERSION = "1";
    private static final int PARTS = 13;

    static Basis of(Score score, double rise, Reading reading) {
        OptionalDouble rate = Double.isNaN(rise) ? OptionalDouble.empty() : OptionalDouble.of(rise);
        WindowRef window = new WindowRef(score.from(), score.to(), reading.source(), reading.entry());
        return new Basis(score, new Evidence(rate, Optional.of(window)));
    }

    String text() {
        ModelRef model = score.model();
        WindowRef window = evidence.window().orElseThrow();
        String rate =
                evidence.rate().isPresent() ? Double.toString(evidence.rate().getAsDouble()) : "-";
        return String.join(
                " ",
                VERSION,
                score.from().toString(),
                score.to().toString(),
                Double.toString(score.value()),
                Double.toString(score.threshold()),
                rate,
                encoded(window.source()),
                Long.toString(window.entry()),
                encoded(model.name()),
                encoded(model.version()),
                encoded(model.variant()),
                encoded(model.sha256()),
                shares());
    }

    private String shares() {
        return new TreeMap<>(score.contributions())
                .entrySet().stream()
                        .map(share -> encoded(share.getKey()) + "=" + share.getValue())
                        .collect(Collectors.joining(","));
    }

    /** Reads what {@link #text} wrote of the asset. */
    static Basis parse(String asset, String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals(VERSION)) {
            throw new IllegalArgumentException(
                    "remembered '" + text + "': no basis of an alarm; was it written by a newer version?");
        }
        try {
            return read(asset, parts);
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("remembered '" + text + "': no basis of an alarm", e);
        }
    }

    private static Basis read(String asset, String[] parts) {
        Instant from = Instant.parse(parts[1]);
        Instant to = Instant.parse(parts[2]);
        ModelRef model = new ModelRef(decoded(parts[8]), decoded(parts[9]), decoded(parts[10]), decoded(parts[11]));
        Score score = new Score(
                asset, from, to, Double.parseDouble(parts[3]), Double.parseDouble(parts[4]), shares(parts[12]), model);
        OptionalDouble rate =
                parts[5].equals("-") ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(parts[5]));
        WindowRef window = new WindowRef(from, to, decoded(parts[6]), Long.parseLong(parts[7]));
        return new Basis(score, new Evidence(rate, Optional.of(window)));
    }

    private static Map<String, Double> shares(String text) {
        Map<String, Double> shares = new TreeMap<>();
        for (String share : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = share.indexOf('=');
            shares.put(decoded(share.substring(0, equals)), Double.parseDouble(share.substring(equals + 1)));
        }
        return shares;
    }
}
