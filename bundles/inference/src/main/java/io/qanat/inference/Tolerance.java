package io.qanat.inference;

/**
 * How far a score may be from the expected one: {@code |actual - expected| <= absolute + relative * |expected|}.
 *
 * @param absolute not negative
 * @param relative not negative
 */
record Tolerance(double absolute, double relative) {
    Tolerance {
        if (!(absolute >= 0) || !(relative >= 0)) {
            throw new IllegalArgumentException(
                    "tolerance is absolute " + absolute + ", relative " + relative + ": neither may be negative");
        }
    }

    boolean allows(double actual, double expected) {
        return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
    }
}
