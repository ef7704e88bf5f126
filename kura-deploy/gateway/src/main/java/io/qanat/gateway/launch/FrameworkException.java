package io.qanat.gateway.launch;

/** The framework or one of its bundles does not run. The message says which and what to do. */
public final class FrameworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FrameworkException(String message) {
        super(message);
    }

    FrameworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
