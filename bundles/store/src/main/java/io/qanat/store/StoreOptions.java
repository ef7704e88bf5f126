package io.qanat.store;

/** Configuration {@code io.qanat.store}. */
public @interface StoreOptions {
    /** Directory of the file {@code qanat.db}; made when it is not there. */
    String directory() default "";
}
