package io.qanat.faults;

import java.util.function.Predicate;

/** Where in a gateway something is on its way, by the file of its store. */
public enum InFlight {
    JOURNAL("readings in the journal", file -> file.openReadings() > 0),
    ROUTE("readings in the route", file -> file.inRoute(InFlight.WAITING) > 0),
    OUTBOX("alarms in the outbox", file -> file.outbox() > 0),
    ALARMED(
            "readings in the route of an alarmed mote",
            file -> file.inRoute(InFlight.WAITING) > 4 && file.count("alarmed") > 0),
    EVERYWHERE(
            "readings in the route and alarms in the outbox",
            file -> file.outbox() > 0 && file.inRoute(InFlight.WAITING) > 0);

    /** The shipped route gathers 16 readings of a mote, so up to 15 wait in an open window. */
    public static final int WAITING = 15;

    private final String text;
    private final Predicate<StoreFile> condition;

    InFlight(String text, Predicate<StoreFile> condition) {
        this.text = text;
        this.condition = condition;
    }

    String text() {
        return text;
    }

    public boolean isIn(StoreFile file) {
        return condition.test(file);
    }
}
