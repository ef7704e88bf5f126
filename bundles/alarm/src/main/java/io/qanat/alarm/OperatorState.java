package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Told;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Shelving;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What persons and the clock did to the alarm of one asset. It is remembered apart from {@link AlarmState}, since windows
 * and persons come at the same time: each row of the store has one writer at a time, and neither writes over the other.
 *
 * <pre>
 * 1 events=2 ack=raisedAt,at,by,comment shelf=at,by,comment[,until] out=at,by,comment reset=raisedAt,at,by,comment[,owed]
 *   told=raisedAt,at,level,peak,flags
 *
 * shelfOf=raisedAt   of a one-shot shelving: of which alarm
 * by, comment        URL-encoded
 * </pre>
 *
 * @param events how many updates were made for persons and the clock
 * @param acknowledged who acknowledged which alarm
 * @param shelf who shelved it
 * @param shelfOf of a shelving until the alarm is cleared: of which alarm
 * @param outOfService who took it out of service
 * @param reset who reset which alarm
 * @param told what the clock told the cloud of which alarm
 */
record OperatorState(
        int events,
        Optional<Of<Act>> acknowledged,
        Optional<Shelving> shelf,
        Optional<Instant> shelfOf,
        Optional<Act> outOfService,
        Optional<Reset> reset,
        Optional<Of<Told>> told) {
    static final OperatorState NONE = new OperatorState(
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final String VERSION = "1";

    /** Something about the alarm that was raised then. */
    record Of<T>(Instant raisedAt, T what) {
        Of {
            Objects.requireNonNull(raisedAt, "raisedAt");
            Objects.requireNonNull(what, "what");
        }
    }

    /**
     * Who reset an alarm.
     *
     * @param owed whether the cloud knows that it was raised, and is still to be told that it is over
     */
    record Reset(Instant raisedAt, Act act, boolean owed) {
        Reset {
            Objects.requireNonNull(raisedAt, "raisedAt");
            Objects.requireNonNull(act, "act");
        }
    }

    OperatorState withAcknowledged(Instant raisedAt, Act act) {
        return new OperatorState(
                events, Optional.of(new Of<>(raisedAt, act)), shelf, shelfOf, outOfService, reset, told);
    }

    OperatorState withShelf(Optional<Shelving> shelving, Optional<Instant> of) {
        return new OperatorState(events, acknowledged, shelving, of, outOfService, reset, told);
    }

    OperatorState withOutOfService(Optional<Act> act) {
        return new OperatorState(events, acknowledged, shelf, shelfOf, act, reset, told);
    }

    OperatorState withReset(Instant raisedAt, Act act, boolean owed) {
        Reset done = new Reset(raisedAt, act, owed);
        return new OperatorState(events, acknowledged, shelf, shelfOf, outOfService, Optional.of(done), told);
    }

    OperatorState withTold(Instant raisedAt, Told known) {
        return new OperatorState(
                events, acknowledged, shelf, shelfOf, outOfService, reset, Optional.of(new Of<>(raisedAt, known)));
    }

    OperatorState withNextEvent() {
        return new OperatorState(events + 1, acknowledged, shelf, shelfOf, outOfService, reset, told);
    }

    /** Who acknowledged the alarm that was raised then. */
    Optional<Act> acknowledged(Instant raisedAt) {
        return acknowledged.filter(act -> act.raisedAt().equals(raisedAt)).map(Of::what);
    }

    /** Who reset the alarm that was raised then. */
    Optional<Reset> reset(Instant raisedAt) {
        return reset.filter(done -> done.raisedAt().equals(raisedAt));
    }

    /** The shelving, when it holds for the alarm that is active, if one is, now. */
    Optional<Shelving> shelved(Optional<Instant> active, Instant now) {
        if (shelf.isEmpty()) {
            return shelf;
        }
        Optional<Instant> until = shelf.get().until();
        boolean holds = until.isPresent() ? now.isBefore(until.get()) : shelfOf.equals(active);
        return holds ? shelf : Optional.empty();
    }

    String text() {
        StringBuilder text = new StringBuilder(VERSION).append(" events=").append(events);
        acknowledged.ifPresent(
                ack -> text.append(" ack=").append(ack.raisedAt()).append(',').append(act(ack.what())));
        shelf.ifPresent(shelving -> text.append(" shelf=")
                .append(act(shelving.act()))
                .append(shelving.until().map(until -> "," + until).orElse("")));
        shelfOf.ifPresent(raisedAt -> text.append(" shelfOf=").append(raisedAt));
        outOfService.ifPresent(act -> text.append(" out=").append(act(act)));
        reset.ifPresent(done -> text.append(" reset=")
                .append(done.raisedAt())
                .append(',')
                .append(act(done.act()))
                .append(done.owed() ? ",owed" : ""));
        told.ifPresent(known ->
                text.append(" told=").append(known.raisedAt()).append(',').append(AlarmStateText.write(known.what())));
        return text.toString();
    }

    private static String act(Act act) {
        return act.at() + "," + encoded(act.by()) + "," + encoded(act.comment());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Reads what {@link #text} wrote. */
    static OperatorState parse(String text) {
        try {
            return read(text.split(" ", -1));
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "remembered '" + text + "': nothing that persons do to alarms; was it written by a newer version?",
                    e);
        }
    }

    private static OperatorState read(String[] parts) {
        if (!parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("version " + parts[0]);
        }
        Map<String, String[]> fields = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            fields.put(
                    parts[i].substring(0, equals),
                    parts[i].substring(equals + 1).split(",", -1));
        }
        return new OperatorState(
                field(fields, "events").map(field -> Integer.parseInt(field[0])).orElse(0),
                field(fields, "ack").map(field -> new Of<>(Instant.parse(field[0]), act(field, 1))),
                field(fields, "shelf").map(OperatorState::shelving),
                field(fields, "shelfOf").map(field -> Instant.parse(field[0])),
                field(fields, "out").map(field -> act(field, 0)),
                field(fields, "reset")
                        .map(field -> new Reset(Instant.parse(field[0]), act(field, 1), field.length > 4)),
                field(fields, "told").map(field -> new Of<>(Instant.parse(field[0]), AlarmStateText.told(field, 1))));
    }

    private static Optional<String[]> field(Map<String, String[]> fields, String name) {
        return Optional.ofNullable(fields.get(name));
    }

    private static Shelving shelving(String[] field) {
        return new Shelving(act(field, 0), field.length > 3 ? Optional.of(Instant.parse(field[3])) : Optional.empty());
    }

    private static Act act(String[] field, int from) {
        return new Act(decoded(field[from + 1]), Instant.parse(field[from]), decoded(field[from + 2]));
    }
}
