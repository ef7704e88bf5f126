package io.qanat.store;

import java.util.Locale;

/** What is counted in the ledgers. */
enum Term {
    RECEIVED(true),
    NORMAL(true),
    ALARMED(true),
    REJECTED(true),
    DROPPED(true),
    REDELIVERED(true),
    UNSCORED(true),
    ENQUEUED(true),
    DELIVERED(true),
    EXPIRED(true),
    PARKED(true),
    /** Rows of the journal: counted by themselves and found again by counting the rows. */
    OPEN(false),
    /** Rows of the outbox, likewise. */
    PENDING(false);

    private final boolean stored;

    Term(boolean stored) {
        this.stored = stored;
    }

    boolean stored() {
        return stored;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Term of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
