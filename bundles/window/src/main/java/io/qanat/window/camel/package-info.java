/** The {@code window:} endpoint, through which routes use {@link io.qanat.window}. */
@NullMarked
package io.qanat.window.camel;

import org.jspecify.annotations.NullMarked;
