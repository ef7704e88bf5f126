/**
 * Tells the cloud: {@link io.qanat.outbox.CloudEventCodec} writes an alarm in the form in which it is stored and sent,
 * and one {@link io.qanat.outbox.Forwarder} per endpoint sends what is stored until the endpoint has acknowledged it.
 */
@NullMarked
package io.qanat.outbox;

import org.jspecify.annotations.NullMarked;
