/** The {@code ingest:} endpoint: thin, the work is done in {@link io.qanat.ingest}. */
@NullMarked
package io.qanat.ingest.camel;

import org.jspecify.annotations.NullMarked;
