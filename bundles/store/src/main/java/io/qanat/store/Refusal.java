package io.qanat.store;

import java.io.IOException;
import org.sqlite.SQLiteException;

/** Turns what SQLite says when it refuses into a message that says what to do. */
final class Refusal {
    private Refusal() {}

    /** @param what what could not be done, with the file's name */
    static IOException explain(String what, Throwable cause) {
        return new IOException(what + ": " + cause.getMessage() + ". " + advice(cause), cause);
    }

    /** Whether the same may be accepted later: a full disk gets room, a lock is freed. */
    static boolean isPassing(Throwable cause) {
        if (!(cause instanceof SQLiteException refused)) {
            return false;
        }
        return switch (kind(refused)) {
            case 5, 6, 8, 10, 13, 14 -> true;
            default -> false;
        };
    }

    /** The low byte is the kind of the error, the rest tells where in SQLite it arose. */
    private static int kind(SQLiteException refused) {
        return refused.getResultCode().code & 0xFF;
    }

    private static String advice(Throwable cause) {
        if (!(cause instanceof SQLiteException refused)) {
            return "See the cause.";
        }
        return switch (kind(refused)) {
            case 3, 8, 14 -> "Check that the directory and its files can be written by this user.";
            case 5, 6 -> "Another process holds the file: only the gateway may open it.";
            case 10 ->
                "Free space when the disk is full; else check the disk or the SD card, the system log names the fault.";
            case 11, 26 -> "The file is damaged or is no database: move it away, and keep it for recovery.";
            case 13 -> "Free space on the disk; writing is tried again by itself.";
            default -> "See the cause.";
        };
    }
}
