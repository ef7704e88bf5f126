package io.qanat.inference;

import java.util.Arrays;
import java.util.Locale;

/** Measurements of one thing, one per repetition, in the order of the repetitions. */
record Spread(double[] values) {
    Spread {
        values = values.clone();
    }

    static Spread of(int repetitions, Measure measure) throws Exception {
        double[] values = new double[repetitions];
        for (int i = 0; i < repetitions; i++) {
            values[i] = measure.take();
        }
        return new Spread(values);
    }

    /** One measurement. */
    interface Measure {
        double take() throws Exception;
    }

    double median() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    double most() {
        return Arrays.stream(values).max().orElse(0);
    }

    /** Median, least and most, each divided by {@code unit}. */
    String text(double unit) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f-%.2f)",
                median() / unit,
                Arrays.stream(values).min().orElse(0) / unit,
                most() / unit);
    }

    /** This one divided by the other, repetition by repetition: what slows the whole machine slows both. */
    Spread dividedBy(Spread other) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / other.values[i];
        }
        return new Spread(ratios);
    }
}
