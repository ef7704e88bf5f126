package io.qanat.routes;

import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.RuntimeCamelException;

/** A route that did not start. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String routeId;

    StartFailure(String routeId, Exception cause) {
        super(String.valueOf(reason(cause).getMessage()), cause);
        this.routeId = routeId;
    }

    String routeId() {
        return routeId;
    }

    /** Behind what Camel wraps around each failure. */
    private static Throwable reason(Throwable failure) {
        boolean wrapped = failure instanceof FailedToStartRouteException
                || failure instanceof FailedToCreateRouteException
                || failure.getClass() == RuntimeCamelException.class;
        Throwable cause = failure.getCause();
        return wrapped && cause != null ? reason(cause) : failure;
    }
}
