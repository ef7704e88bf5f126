package io.qanat.alarm;

import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.ModelRef;
import io.qanat.api.Reading;
import io.qanat.api.Score;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Scores of windows and the journeys that they come with. */
public final class Scores {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final ModelRef MODEL = new ModelRef("mote-detector", "1.0.0", "int8", "00ff");

    private Scores() {}

    /** The score of the window that ends at this second; the model's threshold is 0.5. */
    public static Score score(String asset, int second, double value) {
        Instant to = START.plusSeconds(second);
        return new Score(asset, to.minusSeconds(16), to, value, 0.5, Map.of("humidity", 1.0), MODEL);
    }

    /** Of the reading with this journal entry. */
    public static Journey journey(long entry, boolean replayed) {
        return new Journey(
                new Reading(entry, "plant", "mote-1", START, START, 0, List.of(new Measurement("humidity", 1, ""))),
                replayed);
    }
}
