/** A test bundle. */
@NullMarked
package io.qanat.gateway.bundles.greet;

import org.jspecify.annotations.NullMarked;
