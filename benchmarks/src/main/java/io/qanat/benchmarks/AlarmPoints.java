package io.qanat.benchmarks;

import io.qanat.alarm.AlarmRule;
import io.qanat.alarm.AlarmStage;
import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.ModelRef;
import io.qanat.api.Reading;
import io.qanat.api.Score;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Decisions about 100,000 assets under one alarm name: the score of each asset changes the state of one in ten, which is far
 * more than a plant does. The bare side keeps one number for each asset in a map.
 *
 * <p>Threads: one.
 */
final class AlarmPoints {
    private static final int ASSETS = 100_000;
    private static final int WARM_UP = 2;
    private static final double HIGH = 9;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ModelRef MODEL = new ModelRef("m", "1.0.0", "fp32", "0");

    private final int rounds;
    private final AlarmRule rule = new AlarmRule(OptionalDouble.empty(), OptionalDouble.empty(), 2, 4);
    private final List<String> assets =
            IntStream.range(0, ASSETS).mapToObj(i -> "asset-" + i).toList();
    private final AlarmStage stage = new RunningAlarms(new MemoryJournal(), Clock.systemUTC()).enter("bench");
    private final Map<String, Double> bare = new HashMap<>();
    private long window;

    AlarmPoints(int rounds) {
        this.rounds = rounds;
    }

    void run() throws Exception {
        long before = used();
        // Two windows raise: a state with an active alarm is the larger one.
        everyAsset(true);
        everyAsset(true);
        double bytes = (double) (used() - before) / ASSETS;
        Map<String, List<Double>> rates = new Turns<Double>()
                .with("alarm stage, decisions/s", this::decide)
                .with("a number in a map, updates/s", this::update)
                .take(WARM_UP, rounds);
        System.out.printf("%,d alarms, each asset with a state of its own:%n", ASSETS);
        rates.forEach((name, values) -> System.out.println("  " + new Series(name, values).line("%,12.0f")));
        System.out.printf("  heap for each alarm: %.0f bytes%n", bytes);
    }

    private double decide() {
        long begin = System.nanoTime();
        everyAsset(false);
        return ASSETS / ((System.nanoTime() - begin) / 1e9);
    }

    /** @param all whether each asset gets a state that is to be kept */
    private void everyAsset(boolean all) {
        window++;
        for (int i = 0; i < ASSETS; i++) {
            boolean high = all || (i + window) % 10 == 0;
            Instant at = START.plusSeconds(window);
            Score score = new Score(assets.get(i), at, at, high ? HIGH : 1, 3, Map.of(), MODEL);
            stage.accept(rule, score, journey(assets.get(i), at));
        }
    }

    private static Journey journey(String asset, Instant at) {
        return new Journey(new Reading(1, "s", asset, at, at, 0, List.of(new Measurement("c", 1, ""))), false);
    }

    private double update() {
        long begin = System.nanoTime();
        window++;
        for (int i = 0; i < ASSETS; i++) {
            bare.merge(assets.get(i), (i + window) % 10 == 0 ? HIGH : 1, Math::max);
        }
        return ASSETS / ((System.nanoTime() - begin) / 1e9);
    }

    private static long used() {
        List<Long> looks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            System.gc();
            looks.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return looks.stream().mapToLong(Long::longValue).min().orElseThrow();
    }
}
