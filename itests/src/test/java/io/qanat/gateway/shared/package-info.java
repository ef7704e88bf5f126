/** What the tests and their bundles share: the framework gives this package to the bundles. */
@NullMarked
package io.qanat.gateway.shared;

import org.jspecify.annotations.NullMarked;
