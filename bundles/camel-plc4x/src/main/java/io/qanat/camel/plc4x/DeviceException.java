package io.qanat.camel.plc4x;

/** A device could not be read; the message says what to do. */
final class DeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
