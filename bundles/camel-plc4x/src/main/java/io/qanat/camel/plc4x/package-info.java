/**
 * {@code plc4x:} as a source that polls. Of camel-plc4x 4.17 a consumer reads once, and a read after one that was not
 * answered in time waits for ever; {@link io.qanat.camel.plc4x.PolledConsumer} replaces it.
 */
@NullMarked
package io.qanat.camel.plc4x;

import org.jspecify.annotations.NullMarked;
