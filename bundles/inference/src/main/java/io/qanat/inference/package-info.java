/**
 * Models and their versions, and the batches that windows of all assets and routes join.
 *
 * <p>A package folder is read and checked ({@link io.qanat.inference.ModelPackage}), loaded and self-tested ({@link
 * io.qanat.inference.LoadedModel}) and becomes the active version of its name ({@link io.qanat.inference.Models}).
 * Routes hand windows to the name's {@link io.qanat.inference.DynamicBatcher}, which runs them on a {@link
 * io.qanat.inference.ModelSession} and stays the same while versions change. Normalisation and scoring are part of the
 * model, so nothing here knows what a model does.
 */
@NullMarked
package io.qanat.inference;

import org.jspecify.annotations.NullMarked;
