/**
 * The {@code onnx:} endpoint: a step of a route that takes a window and gives a score, asynchronously. All endpoints of a
 * model share its batcher.
 */
@NullMarked
package io.qanat.inference.camel;

import org.jspecify.annotations.NullMarked;
