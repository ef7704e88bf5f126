/**
 * Scores of one asset to alarms. An {@link io.qanat.alarm.AlarmRule} decides from an {@link io.qanat.alarm.AlarmState}
 * and a score, an {@link io.qanat.alarm.AlarmStage} holds the states of all assets under one name, and {@link
 * io.qanat.alarm.RunningAlarms} holds the stages that routes use.
 */
@NullMarked
package io.qanat.alarm;

import org.jspecify.annotations.NullMarked;
