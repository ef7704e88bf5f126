package io.qanat.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measurements of one side, one per repetition.
 *
 * <p>Threads: any.
 *
 * @param name of the side
 * @param values in the order of the repetitions
 */
public record Series(String name, List<Double> values) {
    public Series {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the series '" + name + "' has no measurements");
        }
        values = List.copyOf(values);
    }

    public double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public double min() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double max() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** This side divided by the other, repetition by repetition: what slows the whole machine slows both. */
    public Series dividedBy(String ratio, Series other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / other.values.get(i));
        }
        return new Series(ratio, ratios);
    }

    /** Median with the smallest and the largest. */
    public String line(String format) {
        return String.format(
                Locale.ROOT, "%-44s " + format + "   (" + format + " to " + format + ")", name, median(), min(), max());
    }
}
