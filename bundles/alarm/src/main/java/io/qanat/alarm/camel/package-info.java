/** The {@code alarm:} endpoint, through which routes use {@link io.qanat.alarm}. */
@NullMarked
package io.qanat.alarm.camel;

import org.jspecify.annotations.NullMarked;
