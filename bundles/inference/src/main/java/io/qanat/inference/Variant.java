package io.qanat.inference;

/**
 * One of the graphs of a package, all of which score alike.
 *
 * @param name such as {@code int8}
 * @param file of the graph, relative to the package
 * @param tolerance how far its scores may be from the golden ones
 */
record Variant(String name, String file, Tolerance tolerance) {
    /**
     * How far a score may be from the expected one: processors differ, above all with int8.
     *
     * @param absolute always allowed
     * @param relative allowed per unit of the expected score
     */
    record Tolerance(double absolute, double relative) {
        boolean holds(double expected, double actual) {
            return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
        }
    }
}
