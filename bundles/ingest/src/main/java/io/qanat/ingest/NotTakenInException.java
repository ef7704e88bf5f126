package io.qanat.ingest;

import java.io.IOException;

/** A message was not taken in, for want of room, a route or a disk: its sender is to send it again. */
public final class NotTakenInException extends IOException {
    private static final long serialVersionUID = 1L;

    NotTakenInException(String message) {
        super(message);
    }
}
