/**
 * Route texts tried on recorded readings, beside the routes that run. {@link io.qanat.routes.dryrun.DryRuns} is the service;
 * a {@code Sandbox} is one run: a Camel context whose sources are the recording and whose sinks only count.
 */
@NullMarked
package io.qanat.routes.dryrun;

import org.jspecify.annotations.NullMarked;
