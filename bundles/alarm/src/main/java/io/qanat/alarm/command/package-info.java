/**
 * Commands to alarms from outside: a signed text becomes an {@link io.qanat.api.AlarmControl.Command} when {@link
 * io.qanat.alarm.command.Operators} know who signed it and what they may do.
 */
@NullMarked
package io.qanat.alarm.command;

import org.jspecify.annotations.NullMarked;
