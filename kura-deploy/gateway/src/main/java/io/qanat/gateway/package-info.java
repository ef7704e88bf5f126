/** The command line, and the gateway that it starts: the bundles on a plain OSGi framework. */
@NullMarked
package io.qanat.gateway;

import org.jspecify.annotations.NullMarked;
