/** Readings that come in other ways than one broker's topics, through the whole gateway. */
@NullMarked
package io.qanat.gateway.ingest;

import org.jspecify.annotations.NullMarked;
