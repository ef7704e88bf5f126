/** A test bundle. */
@NullMarked
package io.qanat.gateway.bundles.routes;

import org.jspecify.annotations.NullMarked;
