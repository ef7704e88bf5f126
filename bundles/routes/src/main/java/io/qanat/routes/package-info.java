/**
 * The gateway's routes: texts in Camel's XML or YAML DSL are checked as a whole, so that every mistake is shown with its line
 * and column, and then replace the running routes in one swap that puts the old ones back when the new ones do not
 * start.
 *
 * <p>{@link io.qanat.routes.ConfiguredRoutes} is the service; {@code GatewayRoutes} does the work on any
 * Camel context.
 */
@NullMarked
package io.qanat.routes;

import org.jspecify.annotations.NullMarked;
