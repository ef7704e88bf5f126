package io.qanat.gateway.replay;

import io.qanat.api.DryRun.Pair;
import io.qanat.api.DryRun.Report;
import io.qanat.api.DryRunAlarm;
import io.qanat.api.DryRunSide;
import io.qanat.api.DryRunSide.Sent;
import io.qanat.api.InputLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** What a dry run found, for people. Threads: one. */
public final class ReportText {
    private static final int MOST_ALARMS = 20;
    private static final Sent NOTHING = new Sent(0, 0, List.of());

    private final StringBuilder text = new StringBuilder();
    private final List<DryRunSide> sides = new ArrayList<>();
    private final Report report;

    private ReportText(Report report) {
        this.report = report;
        sides.add(report.candidate());
        report.other().ifPresent(sides::add);
    }

    public static String of(Report report) {
        ReportText made = new ReportText(report);
        made.heading();
        made.figures();
        made.alarms();
        made.payloads();
        return made.text.toString().stripTrailing();
    }

    /** How the other side is told from the candidate where both have one name. */
    private String other() {
        String name = report.other().map(DryRunSide::text).orElse("");
        return name.equals(report.candidate().text()) ? name + " (as it was)" : name;
    }

    private void heading() {
        DryRunSide candidate = report.candidate();
        line(
                "Dry run of %s on %,d readings, %s of them from %s",
                candidate.text(), candidate.readings(), span(candidate), candidate.from());
        line(
                "Fed: %s%s%s",
                String.join(", ", candidate.sources()),
                candidate.silent().isEmpty() ? "" : "; silent: " + String.join(", ", candidate.silent()),
                candidate.beside().isEmpty() ? "" : "; ran along: " + String.join(", ", candidate.beside()));
        if (report.other().isEmpty()) {
            line("There is nothing to compare with: no text of this name runs, and --against names none.");
        }
        text.append('\n');
    }

    private static String span(DryRunSide side) {
        Duration span = Duration.between(side.from(), side.to());
        return "%d h %02d min".formatted(span.toHours(), span.toMinutesPart());
    }

    private void figures() {
        row("", side -> side == report.candidate() ? side.text() : other());
        named("raised", DryRunSide::raised);
        named("cleared", DryRunSide::cleared);
        Set<String> sources = new TreeSet<>();
        sides.forEach(side -> sources.addAll(side.ledgers().keySet()));
        sources.forEach(this::ledger);
        named("stored for", DryRunSide::stored);
        sent();
        named("FAILED", DryRunSide::failures);
        row("took, s", side -> "%.1f".formatted(side.seconds()));
    }

    private void ledger(String source) {
        InputLedger nothing = new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0);
        Function<DryRunSide, InputLedger> ledger = side -> side.ledgers().getOrDefault(source, nothing);
        row("readings of " + source, side -> count(ledger.apply(side).received()));
        row("  = normal", side -> count(ledger.apply(side).normal()));
        row("  + alarmed", side -> count(ledger.apply(side).alarmed()));
        reasons("  + rejected", side -> ledger.apply(side).rejected());
        reasons("  + dropped", side -> ledger.apply(side).dropped());
        row("  + open", side -> count(ledger.apply(side).open()));
        row(
                "  repeated; unscored",
                side -> count(ledger.apply(side).redelivered()) + "; "
                        + count(ledger.apply(side).unscored()));
    }

    private void reasons(String name, Function<DryRunSide, Map<String, Long>> counts) {
        row(name, side -> {
            Map<String, Long> reasons = new TreeMap<>(counts.apply(side));
            return count(InputLedger.total(reasons)) + (reasons.isEmpty() ? "" : " " + reasons);
        });
    }

    private void named(String what, Function<DryRunSide, Map<String, Long>> counts) {
        Set<String> names = new TreeSet<>();
        sides.forEach(side -> names.addAll(counts.apply(side).keySet()));
        names.forEach(
                name -> row(what + " " + name, side -> count(counts.apply(side).getOrDefault(name, 0L))));
        if (names.isEmpty() && !what.equals("FAILED")) {
            row(what, side -> "none");
        }
    }

    private void sent() {
        Set<String> endpoints = new TreeSet<>();
        sides.forEach(side -> endpoints.addAll(side.sent().keySet()));
        endpoints.forEach(endpoint -> row("would send to " + endpoint, side -> {
            Sent sent = side.sent().getOrDefault(endpoint, NOTHING);
            return "%,d messages, %,d bytes".formatted(sent.messages(), sent.bytes());
        }));
    }

    private void alarms() {
        if (report.other().isEmpty()) {
            list(
                    "Alarms",
                    report.candidate().alarms().stream().map(ReportText::line).toList());
            return;
        }
        list("Alarms of both", report.both().stream().map(ReportText::line).toList());
        list(
                "Only " + report.candidate().text(),
                report.onlyCandidate().stream().map(ReportText::line).toList());
        list(
                "Only " + other(),
                report.onlyOther().stream().map(ReportText::line).toList());
    }

    private void list(String title, List<String> lines) {
        text.append('\n');
        line("%s: %,d", title, lines.size());
        lines.stream().limit(MOST_ALARMS).forEach(alarm -> line("  %s", alarm));
        if (lines.size() > MOST_ALARMS) {
            line("  ... and %,d more: --json has the first 10,000", lines.size() - MOST_ALARMS);
        }
    }

    private static String line(Pair pair) {
        Duration later =
                Duration.between(pair.other().raisedAt(), pair.candidate().raisedAt());
        String shift = later.isZero()
                ? ""
                : ", raised " + later.abs().toSeconds() + " s " + (later.isNegative() ? "earlier" : "later");
        return line(pair.candidate()) + shift;
    }

    private static String line(DryRunAlarm alarm) {
        return String.format(
                Locale.ROOT,
                "%s %s %s to %s, peak %.2f",
                alarm.name(),
                alarm.asset(),
                alarm.raisedAt(),
                alarm.clearedAt().map(String::valueOf).orElse("the end"),
                alarm.peak());
    }

    private void payloads() {
        new TreeMap<>(report.candidate().sent()).forEach((endpoint, sent) -> {
            if (!sent.first().isEmpty()) {
                text.append('\n');
                line("First for %s:", endpoint);
                sent.first().forEach(payload -> line("  %s", payload));
            }
        });
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void row(String name, Function<DryRunSide, String> value) {
        text.append("%-36s".formatted(name));
        sides.forEach(side -> text.append("  %-32s".formatted(value.apply(side))));
        text.setLength(text.toString().stripTrailing().length());
        text.append('\n');
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
