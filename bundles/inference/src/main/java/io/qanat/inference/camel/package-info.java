/** The {@code onnx:} endpoint, through which routes use {@link io.qanat.inference}. */
@NullMarked
package io.qanat.inference.camel;

import org.jspecify.annotations.NullMarked;
