package io.qanat.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sides of a comparison that take turns in one process, each round in the opposite order: what slows the machine for a
 * while, or warms the process up, then tells for all of them.
 *
 * <p>Threads: one.
 *
 * @param <T> what one turn measures
 */
public final class Turns<T> {
    /** One side. */
    @FunctionalInterface
    public interface Side<T> {
        T measure() throws Exception;
    }

    /** What a round needs. */
    @FunctionalInterface
    public interface Preparation {
        void prepare() throws Exception;
    }

    private record Taken<T>(String name, Side<T> side, List<T> measured) {}

    private final List<Taken<T>> sides = new ArrayList<>();
    private Preparation preparation = () -> {};

    /** Has something done before each round. */
    public Turns<T> before(Preparation action) {
        preparation = action;
        return this;
    }

    public Turns<T> with(String name, Side<T> side) {
        sides.add(new Taken<>(name, side, new ArrayList<>()));
        return this;
    }

    /**
     * Lets each side measure once per round. To be called once.
     *
     * @param warmUps rounds before that are not counted
     * @return by name, in the order given, one measurement per round
     */
    public Map<String, List<T>> take(int warmUps, int rounds) throws Exception {
        List<Taken<T>> order = new ArrayList<>(sides);
        for (int round = 1 - warmUps; round <= rounds; round++) {
            preparation.prepare();
            for (Taken<T> side : order) {
                T value = side.side().measure();
                if (round > 0) {
                    side.measured().add(value);
                }
            }
            Collections.reverse(order);
            Progress.say(round > 0 ? "round " + round + " of " + rounds : "warm-up");
        }
        Map<String, List<T>> measured = new LinkedHashMap<>();
        sides.forEach(side -> measured.put(side.name(), side.measured()));
        return measured;
    }
}
