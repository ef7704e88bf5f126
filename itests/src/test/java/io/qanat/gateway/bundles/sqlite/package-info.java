/** A test bundle. */
@NullMarked
package io.qanat.gateway.bundles.sqlite;

import org.jspecify.annotations.NullMarked;
