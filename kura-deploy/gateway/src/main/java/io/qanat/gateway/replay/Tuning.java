package io.qanat.gateway.replay;

import io.qanat.api.DryRun.Replay;
import io.qanat.api.DryRun.SettingOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of an alarm with what each does on a recording.
 *
 * @param replay what the settings did
 * @param events that are labelled; empty when nothing is known
 * @param margin around an event, see {@link Verdict}
 * @param verdicts in the order of the settings
 */
public record Tuning(Replay replay, List<Label> events, Duration margin, List<Verdict> verdicts) {
    private static final double SECONDS_PER_HOUR = 3600;

    public Tuning {
        events = List.copyOf(events);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * @param window what to take for a window; empty: the longest one of the replay
     * @param falseFrom see {@link Verdict#of}
     * @throws IllegalArgumentException when a label is about nothing of the recording
     */
    public static Tuning of(Replay replay, List<Label> events, Optional<Duration> window, Instant falseFrom) {
        events.forEach(event -> requireWithin(event, replay));
        Duration margin = window.orElse(Duration.ofMillis((long) (replay.windowSeconds() * 1e3)));
        List<Verdict> verdicts = new ArrayList<>();
        for (SettingOutcome outcome : replay.outcomes()) {
            verdicts.add(Verdict.of(outcome.raised(), outcome.alarms(), events, margin, falseFrom));
        }
        return new Tuning(replay, events, margin, verdicts);
    }

    private static void requireWithin(Label event, Replay replay) {
        if (event.to().isBefore(replay.from()) || event.from().isAfter(replay.to())) {
            throw new IllegalArgumentException("the labelled event of " + event.asset() + " from " + event.from()
                    + " to " + event.to() + " is outside the recording, which is from " + replay.from() + " to "
                    + replay.to());
        }
        if (!replay.scores().containsKey(event.asset())) {
            throw new IllegalArgumentException("the labelled event from " + event.from() + " is about the asset '"
                    + event.asset() + "', of which there is no score; there are scores of "
                    + replay.scores().keySet().stream().sorted().limit(10).toList());
        }
    }

    /** Alarms of all assets in an hour of the recording. */
    public double alarmsPerHour(int setting) {
        double seconds = Duration.between(replay.from(), replay.to()).toMillis() / 1e3;
        return seconds == 0 ? 0 : verdicts.get(setting).raised() * SECONDS_PER_HOUR / seconds;
    }

    /** A line for each setting. */
    public String table() {
        StringBuilder text = new StringBuilder();
        Map<Boolean, String> heads = Map.of(
                true,
                        "%-36s %7s %8s %6s %7s %6s  %s%n"
                                .formatted(
                                        "setting",
                                        "alarms",
                                        "per hour",
                                        "found",
                                        "missed",
                                        "false",
                                        "delay median, most"),
                false, "%-36s %7s %8s%n".formatted("setting", "alarms", "per hour"));
        text.append(heads.get(!events.isEmpty()));
        for (int i = 0; i < verdicts.size(); i++) {
            text.append(line(i));
        }
        return text.toString().stripTrailing();
    }

    private String line(int setting) {
        Verdict verdict = verdicts.get(setting);
        String name = SettingGrid.name(replay.outcomes().get(setting).options());
        String counts = String.format(Locale.ROOT, "%-36s %,7d %8.2f", name, verdict.raised(), alarmsPerHour(setting));
        if (events.isEmpty()) {
            return counts + "\n";
        }
        return counts
                + String.format(
                        Locale.ROOT,
                        " %6d %7d %6d  %s%n",
                        verdict.found(),
                        verdict.missed().size(),
                        verdict.falseAlarms(),
                        delays(verdict));
    }

    private static String delays(Verdict verdict) {
        return verdict.medianDelay()
                .map(median -> seconds(median) + ", "
                        + seconds(verdict.delays().get(verdict.delays().size() - 1)))
                .orElse("-");
    }

    private static String seconds(Duration delay) {
        return delay.toSeconds() + " s";
    }
}
