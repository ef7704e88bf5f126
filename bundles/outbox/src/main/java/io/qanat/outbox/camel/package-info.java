/**
 * The {@code outbox:} endpoint. Its producer stores what the cloud is to be told; its consumer forwards what is stored
 * into a route that ends at the cloud.
 */
@NullMarked
package io.qanat.outbox.camel;

import org.jspecify.annotations.NullMarked;
