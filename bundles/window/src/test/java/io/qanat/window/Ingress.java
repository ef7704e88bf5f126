package io.qanat.window;

import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import io.qanat.api.Window;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings readings to the windows named {@code mote} and settles them, as a gateway does; it can crash and replay. */
final class Ingress {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final MemoryJournal journal = new MemoryJournal();
    private final Map<Long, Reading> open = new LinkedHashMap<>();
    private WindowOptions options;
    private RunningWindows windows;
    private WindowStage stage;
    private long arrivals;

    Ingress(WindowOptions options) {
        this.options = options;
        windows = new RunningWindows(journal);
        stage = windows.enter("mote", options);
    }

    RunningWindows windows() {
        return windows;
    }

    long arrivals() {
        return arrivals;
    }

    /** A reading of {@code mote-1} with humidity and temperature that tell its second. */
    Optional<Window> second(int second) {
        return reading("mote-1", second);
    }

    Optional<Window> reading(String asset, int second) {
        return reading(
                asset,
                second,
                new Measurement("humidity", second, "%RH"),
                new Measurement("temperature", -second, "C"));
    }

    Optional<Window> reading(String asset, int second, Measurement... measurements) {
        Instant observedAt = START.plusSeconds(second);
        long entry = arrivals++;
        Reading reading =
                new Reading(entry, "plant", asset, observedAt, observedAt, 1000 + entry, List.of(measurements));
        open.put(entry, reading);
        return process(reading, false);
    }

    private Optional<Window> process(Reading reading, boolean replayed) {
        Journey journey = new Journey(reading, replayed);
        Optional<Window> window = stage.accept(reading, journey);
        journey.settlement().ifPresent(settlement -> {
            open.keySet().removeAll(settlement.released());
            journal.settle(settlement);
        });
        return window;
    }

    /** The reading comes, and the process dies before anything is settled. */
    void lost(int second) {
        Instant observedAt = START.plusSeconds(second);
        long entry = arrivals++;
        Reading reading = new Reading(
                entry,
                "plant",
                "mote-1",
                observedAt,
                observedAt,
                1000 + entry,
                List.of(new Measurement("humidity", second, "%RH"), new Measurement("temperature", -second, "C")));
        open.put(entry, reading);
        stage.accept(reading, new Journey(reading, false));
    }

    /** Starts again with the journal alone, and replays what is open. */
    List<Window> restart() {
        return restart(options);
    }

    List<Window> restart(WindowOptions changed) {
        options = changed;
        windows = new RunningWindows(journal);
        stage = windows.enter("mote", options);
        return replay();
    }

    List<Window> replay() {
        return List.copyOf(open.values()).stream()
                .flatMap(reading -> process(reading, true).stream())
                .toList();
    }
}
