/**
 * Model packages and what runs them. {@link io.qanat.inference.Models} knows the active version of each model; a {@link
 * io.qanat.inference.ModelSession} is one version, checked and tested; the {@link io.qanat.inference.DynamicBatcher} of
 * a model joins waiting windows to batches.
 */
@NullMarked
package io.qanat.inference;

import org.jspecify.annotations.NullMarked;
