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
    /** Of volatile sources: in memory alone, so the count is all that a crash leaves of them. */
    OPEN_VOLATILE(true),
    /** Entries in the journal: counted by themselves and found again by counting them. */
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
