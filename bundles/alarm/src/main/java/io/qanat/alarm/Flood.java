package io.qanat.alarm;

import io.qanat.alarm.Notices.FloodLimit;
import io.qanat.api.Alarm.Cause;
import io.qanat.api.Alarm.State;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether more alarms begin than a person can look at. It goes by the source's time, so that a repetition finds the same:
 *
 * <pre>
 *          more than limit new alarms within the period
 *        +----------------------------------------------+
 *        |                                              v
 *    +------+                                       +-------+
 * -->| calm |                                       | flood | each new alarm is counted, by asset
 *    +------+                                       +-------+
 *        ^                                              |
 *        +----------------------------------------------+
 *          a window ends, and within the period before it no more than limit new alarms began
 * </pre>
 *
 * <p>Remembered as {@code 1 raisedAt|-, told count, owed raisedAt|-, newest raises, counts by asset}, see {@link #text}.
 *
 * <p>Threads: under the lock of its stage.
 */
final class Flood {
    private static final String VERSION = "1";
    private static final int MOST_ASSETS = 10_000;
    private static final String NONE = "-";

    private final Deque<Instant> raises = new ArrayDeque<>();
    private final Map<String, Integer> byAsset = new HashMap<>();
    private Optional<Instant> since = Optional.empty();
    private Optional<Instant> owed = Optional.empty();
    private int count;
    private int told;

    /** Whether there is a flood, and since when. */
    Optional<Instant> since() {
        return since;
    }

    /** New alarms since it began. */
    int count() {
        return count;
    }

    Map<String, Integer> byAsset() {
        return Map.copyOf(byAsset);
    }

    /** A new alarm began. */
    void raised(FloodLimit limit, String asset, Instant at) {
        raises.addLast(at);
        if (raises.size() > limit.alarms() + 1) {
            raises.removeFirst();
        }
        if (since.isEmpty() && raises.size() > limit.alarms() && within(limit, at)) {
            since = Optional.of(at);
            byAsset.clear();
            count = 0;
            told = 0;
        }
        if (since.isPresent()) {
            count++;
            if (byAsset.size() < MOST_ASSETS || byAsset.containsKey(asset)) {
                byAsset.merge(asset, 1, Integer::sum);
            }
        }
    }

    /** A window ended; whether that ended the flood. */
    boolean ended(FloodLimit limit, Instant to) {
        if (since.isEmpty() || within(limit, to)) {
            return false;
        }
        owed = told > 0 ? since : Optional.empty();
        since = Optional.empty();
        return true;
    }

    /** Whether the oldest of the newest raises, one more than the limit, began within the period before the instant. */
    private boolean within(FloodLimit limit, Instant at) {
        return raises.size() > limit.alarms()
                && raises.getFirst().plus(limit.period()).isAfter(at);
    }

    /** What the cloud is to be told of the flood: that it began, that it has doubled, or that it is over. */
    Optional<Notice> owed() {
        if (owed.isPresent()) {
            return owed.map(at -> new Notice(State.CLEARED, Cause.CLEARED, at));
        }
        if (since.isEmpty()) {
            return Optional.empty();
        }
        if (told == 0) {
            return since.map(at -> new Notice(State.RAISED, Cause.RAISED, at));
        }
        return count >= 2 * told ? since.map(at -> Notice.update(Cause.GROWN, at)) : Optional.empty();
    }

    /** The notice is told; gives what is to be done when it was not. */
    Runnable tell(Notice notice) {
        int before = told;
        if (notice.state() == State.CLEARED) {
            owed = Optional.empty();
            return () -> owed = Optional.of(notice.raisedAt());
        }
        told = count;
        return () -> {
            if (since.filter(notice.raisedAt()::equals).isPresent()) {
                told = before;
            }
        };
    }

    String text() {
        return String.join(
                " ",
                VERSION,
                since.map(Instant::toString).orElse(NONE),
                owed.map(Instant::toString).orElse(NONE),
                Integer.toString(count),
                Integer.toString(told),
                raises.stream().map(Instant::toString).collect(Collectors.joining(",")),
                new TreeMap<>(byAsset)
                        .entrySet().stream()
                                .map(asset -> OperatorState.encoded(asset.getKey()) + "=" + asset.getValue())
                                .collect(Collectors.joining(",")));
    }

    /** Reads what {@link #text} wrote. */
    static Flood parse(String text) {
        try {
            return read(text.split(" ", -1));
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "remembered '" + text + "': no flood of alarms; was it written by a newer version?", e);
        }
    }

    private static Flood read(String[] parts) {
        if (!parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("version " + parts[0]);
        }
        Flood flood = new Flood();
        flood.since = instant(parts[1]);
        flood.owed = instant(parts[2]);
        flood.count = Integer.parseInt(parts[3]);
        flood.told = Integer.parseInt(parts[4]);
        for (String raise : list(parts[5])) {
            flood.raises.add(Instant.parse(raise));
        }
        for (String asset : list(parts[6])) {
            int equals = asset.indexOf('=');
            flood.byAsset.put(
                    OperatorState.decoded(asset.substring(0, equals)), Integer.parseInt(asset.substring(equals + 1)));
        }
        return flood;
    }

    private static Optional<Instant> instant(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static String[] list(String text) {
        return text.isEmpty() ? new String[0] : text.split(",", -1);
    }
}
