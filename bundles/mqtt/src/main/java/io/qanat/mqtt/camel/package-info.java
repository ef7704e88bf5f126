/** The {@code qanat-mqtt:} endpoint: thin, the work is done in {@link io.qanat.mqtt}. */
@NullMarked
package io.qanat.mqtt.camel;

import org.jspecify.annotations.NullMarked;
