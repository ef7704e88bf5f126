/** A plant with a gateway in it, the faults that befall it, and the count of what was lost. */
@NullMarked
package io.qanat.faults;

import org.jspecify.annotations.NullMarked;
