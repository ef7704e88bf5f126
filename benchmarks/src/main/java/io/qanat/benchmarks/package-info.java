/** Benchmarks: both sides in one run, alternating, several times, with the spread shown. */
@NullMarked
package io.qanat.benchmarks;

import org.jspecify.annotations.NullMarked;
