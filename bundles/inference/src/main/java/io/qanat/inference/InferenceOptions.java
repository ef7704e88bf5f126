package io.qanat.inference;

/** The configuration {@code io.qanat.inference}: where the models are, whom to trust, and when to go back. */
public @interface InferenceOptions {
    /** Directory with one folder per model, and in it one per version; trusted with the installation. */
    String models();

    /** Directory for packages from outside and for what is active; empty: {@code .added} in models. */
    String added() default "";

    /** Directory with the public keys that packages from outside may be signed by; empty: {@code .trusted} in models. */
    String trustedKeys() default "";

    /** What happens to a package from outside without a valid signature: require, warn or off. */
    String signatures() default "require";

    /** Directory from which packages from outside are taken in, as {@code add} does; empty: none. */
    String watched() default "";

    /** How often it is looked at, 1 to 3600 seconds. */
    int watchSeconds() default 5;

    /** How many of its first batches a new active version is watched, 0 to 1000000; 0: not at all. */
    int rollbackBatches() default 1_000;

    /** It is rolled back when so many of their runs failed, 0 to 1000000; 0: never for that. */
    int rollbackFailedRuns() default 3;

    /** It is rolled back when more windows than this got no finite score, 0 to 100 percent; 100: never for that. */
    int rollbackNotFinitePercent() default 10;

    /** It is rolled back when most runs took so many times as long as before, 2 to 1000; 0: never for that. */
    int rollbackTimesSlower() default 8;
}
