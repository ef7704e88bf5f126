/**
 * {@code milo-client:} as a source. The consumers of camel-milo 4.17 pass over sampling and publishing interval, the
 * filter, and what the server says about a node, and leave items behind; {@link io.qanat.camel.milo.OpcUaSession}
 * replaces what is behind them.
 */
@NullMarked
package io.qanat.camel.milo;

import org.jspecify.annotations.NullMarked;
