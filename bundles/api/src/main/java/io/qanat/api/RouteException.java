package io.qanat.api;

/** A route text that cannot run. The message has one line per mistake: where, what was found, what was expected. */
public class RouteException extends Exception {
    private static final long serialVersionUID = 1L;

    public RouteException(String message) {
        super(message);
    }

    public RouteException(String message, Throwable cause) {
        super(message, cause);
    }
}
