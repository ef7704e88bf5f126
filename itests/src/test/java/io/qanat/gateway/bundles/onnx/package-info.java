/** A test bundle. */
@NullMarked
package io.qanat.gateway.bundles.onnx;

import org.jspecify.annotations.NullMarked;
