/** Routes and alarms tried on recordings: what the command line reads, evaluates and draws. */
@NullMarked
package io.qanat.gateway.replay;

import org.jspecify.annotations.NullMarked;
