package io.qanat.alarm.command;

/** The configuration {@code io.qanat.alarm.command}: from whom commands are taken. */
public @interface CommandOptions {
    /** Directory with the files of those who may give commands; empty: nobody may. */
    String operators() default "";

    /** What the tokens' {@code aud} must be; empty: anything. */
    String audience() default "";

    /** The longest time from a token's {@code iat} to its {@code exp}, 1 to 86400 seconds. */
    int maxLifetimeSeconds() default 300;
}
