/** Starts the bundles of a folder on an OSGi framework and gives access to their services. */
@NullMarked
package io.qanat.gateway.launch;

import org.jspecify.annotations.NullMarked;
