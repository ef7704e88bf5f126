package io.qanat.inference;

/** Configuration of the bundle, under {@code io.qanat.inference}. */
public @interface InferenceOptions {
    /** Directory of the model packages, {@code <models>/<name>/<version>/}; the highest version of each is loaded. */
    String models() default "";
}
