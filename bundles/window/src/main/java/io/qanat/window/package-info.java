/**
 * Readings of one asset to windows for a model: count-based, sliding or tumbling. A {@link io.qanat.window.WindowStage}
 * holds the open windows of all assets under one name, and {@link io.qanat.window.RunningWindows} holds the stages that
 * routes use.
 */
@NullMarked
package io.qanat.window;

import org.jspecify.annotations.NullMarked;
