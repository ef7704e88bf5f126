/**
 * The values that pass between stages and the services through which stages meet.
 *
 * <p>A reading's journey: it arrives and becomes a {@link io.qanat.api.Reading} with an entry in the {@link
 * io.qanat.api.Journal}; several readings of one asset form a {@link io.qanat.api.Window}; a model turns the window
 * into a {@link io.qanat.api.Score}; scores become an {@link io.qanat.api.Alarm}; the alarm is stored for the cloud as an
 * {@link io.qanat.api.OutboxMessage}. What the stages decide on the way is gathered in the {@link io.qanat.api.Journey}
 * and written as one {@link io.qanat.api.Settlement}.
 */
@NullMarked
package io.qanat.api;

import org.jspecify.annotations.NullMarked;
