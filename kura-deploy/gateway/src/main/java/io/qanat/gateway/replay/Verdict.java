package io.qanat.gateway.replay;

import io.qanat.api.DryRunAlarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the alarms of one setting agree with the labelled events. An event is found by an alarm of its asset that is raised from
 * its beginning until a margin after its end; an alarm is false when it is raised outside every event plus or minus the
 * margin.
 *
 * @param raised all alarms
 * @param found events that were found
 * @param missed events that were not
 * @param falseAlarms alarms without an event
 * @param delays from the beginning of each event that was found to its first alarm
 */
public record Verdict(long raised, int found, List<Label> missed, int falseAlarms, List<Duration> delays) {
    public Verdict {
        missed = List.copyOf(missed);
        delays = delays.stream().sorted().toList();
    }

    /**
     * @param raised how many alarms were raised, also when {@code alarms} has not all of them
     * @param margin usually a window
     * @param falseFrom false alarms before it do not count, since the model may have been trained on what was then
     */
    public static Verdict of(
            long raised, List<DryRunAlarm> alarms, List<Label> events, Duration margin, Instant falseFrom) {
        List<Label> missed = new ArrayList<>();
        List<Duration> delays = new ArrayList<>();
        for (Label event : events) {
            first(alarms, event, margin).ifPresentOrElse(delays::add, () -> missed.add(event));
        }
        long wrong = alarms.stream()
                .filter(alarm -> !alarm.raisedAt().isBefore(falseFrom))
                .filter(alarm -> events.stream().noneMatch(event -> within(alarm, event, margin, margin)))
                .count();
        return new Verdict(raised, events.size() - missed.size(), missed, (int) wrong, delays);
    }

    private static Optional<Duration> first(List<DryRunAlarm> alarms, Label event, Duration margin) {
        return alarms.stream()
                .filter(alarm -> within(alarm, event, Duration.ZERO, margin))
                .map(alarm -> Duration.between(event.from(), alarm.raisedAt()))
                .min(Comparator.naturalOrder());
    }

    private static boolean within(DryRunAlarm alarm, Label event, Duration before, Duration after) {
        return alarm.asset().equals(event.asset())
                && !alarm.raisedAt().isBefore(event.from().minus(before))
                && !alarm.raisedAt().isAfter(event.to().plus(after));
    }

    /** The middle one, the longer of two. */
    public Optional<Duration> medianDelay() {
        return delays.isEmpty() ? Optional.empty() : Optional.of(delays.get(delays.size() / 2));
    }
}
