package io.qanat.alarm;

import io.qanat.alarm.AlarmState.Active;
import io.qanat.alarm.AlarmState.Ended;
import io.qanat.alarm.AlarmState.Last;
import io.qanat.alarm.AlarmState.Told;
import io.qanat.api.Alarm.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An {@link AlarmState} as text, and back:
 *
 * <pre>
 * 2 2026-01-01T00:00:23Z high=on,1 a=2026-01-01T00:00:19Z,HIGH,0.93,-,0,2026-01-01T00:00:19Z,HIGH,0.93,-
 * | |                    |         |
 * | changedAt            |         the active alarm: raisedAt, level, peak, flags, updates; what the cloud knows, if
 * version                |         anything: told at, level, peak, flags
 *                        limits that are not at rest: high, hh, rate; each on or off, count, since
 *
 * last=to,value          the last score
 * e=raisedAt,level,peak,clearedAt,flags                     the last alarm that was cleared
 * flags                  n normal, s suppressed, k known to the cloud, o owed to it, - none
 *
 * Until version 0.1.0 there were two forms, of the limit high alone:
 * changedAt             streak  raisedAt              peak
 * 2026-01-01T00:00:15Z  1                                    no alarm
 * 2026-01-01T00:00:23Z  0       2026-01-01T00:00:19Z  0.93   an active alarm
 * </pre>
 *
 * Instants are ISO 8601. What is not there is at rest, or there is none.
 */
final class AlarmStateText {
    private static final String VERSION = "2";

    private AlarmStateText() {}

    static String write(AlarmState state) {
        StringBuilder text = new StringBuilder(160).append(VERSION).append(' ').append(state.changedAt());
        limit(text, "high", state.high());
        limit(text, "hh", state.highHigh());
        limit(text, "rate", state.rate());
        state.last()
                .ifPresent(last ->
                        text.append(" last=").append(last.to()).append(',').append(last.value()));
        state.active().ifPresent(active -> write(text, active));
        state.ended().ifPresent(ended -> write(text, ended));
        return text.toString();
    }

    private static void limit(StringBuilder text, String name, LimitState limit) {
        if (!limit.equals(LimitState.OFF)) {
            text.append(' ').append(name).append('=').append(limit.text());
        }
    }

    private static void write(StringBuilder text, Active alarm) {
        text.append(" a=").append(alarm.raisedAt()).append(',').append(alarm.level());
        text.append(',')
                .append(alarm.peak())
                .append(',')
                .append(flags(alarm.normal(), alarm.suppressed(), false, false));
        text.append(',').append(alarm.updates());
        alarm.told().ifPresent(told -> text.append(',').append(write(told)));
    }

    /** Also a part of {@link OperatorState}. */
    static String write(Told told) {
        return told.at() + "," + told.level() + "," + told.peak() + ","
                + flags(told.normal(), told.suppressed(), false, false);
    }

    private static void write(StringBuilder text, Ended alarm) {
        text.append(" e=").append(alarm.raisedAt()).append(',').append(alarm.level());
        text.append(',').append(alarm.peak()).append(',').append(alarm.clearedAt());
        text.append(',').append(flags(false, false, alarm.known(), alarm.owed()));
    }

    private static String flags(boolean normal, boolean suppressed, boolean known, boolean owed) {
        String flags = (normal ? "n" : "") + (suppressed ? "s" : "") + (known ? "k" : "") + (owed ? "o" : "");
        return flags.isEmpty() ? "-" : flags;
    }

    static AlarmState parse(String text) {
        String[] parts = text.split(" ", -1);
        if (!parts[0].equals(VERSION)) {
            return parseFirst(parts);
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 2; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            fields.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return new AlarmState(
                Instant.parse(parts[1]),
                limit(fields, "high"),
                limit(fields, "hh"),
                limit(fields, "rate"),
                field(fields, "last").map(last -> new Last(Instant.parse(last[0]), Double.parseDouble(last[1]))),
                field(fields, "a").map(AlarmStateText::active),
                field(fields, "e").map(AlarmStateText::ended));
    }

    private static LimitState limit(Map<String, String> fields, String name) {
        String text = fields.get(name);
        return text == null ? LimitState.OFF : LimitState.parse(text);
    }

    private static Optional<String[]> field(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(text -> text.split(",", -1));
    }

    private static Active active(String[] parts) {
        return new Active(
                Instant.parse(parts[0]),
                Level.valueOf(parts[1]),
                Double.parseDouble(parts[2]),
                parts[3].contains("n"),
                parts[3].contains("s"),
                Integer.parseInt(parts[4]),
                parts.length > 5 ? Optional.of(told(parts, 5)) : Optional.empty());
    }

    static Told told(String[] parts, int from) {
        return new Told(
                Instant.parse(parts[from]),
                Level.valueOf(parts[from + 1]),
                Double.parseDouble(parts[from + 2]),
                parts[from + 3].contains("n"),
                parts[from + 3].contains("s"));
    }

    private static Ended ended(String[] parts) {
        return new Ended(
                Instant.parse(parts[0]),
                Level.valueOf(parts[1]),
                Double.parseDouble(parts[2]),
                Instant.parse(parts[3]),
                parts[4].contains("k"),
                parts[4].contains("o"));
    }

    private static AlarmState parseFirst(String[] parts) {
        if (parts.length != 2 && parts.length != 4) {
            throw new IllegalArgumentException("neither version " + VERSION + " nor two or four parts");
        }
        Instant changedAt = Instant.parse(parts[0]);
        int streak = Integer.parseInt(parts[1]);
        if (streak < 0) {
            throw new IllegalArgumentException("streak is " + streak + ": it must not be negative");
        }
        boolean on = parts.length == 4;
        long count = on ? streak : (1L << Math.min(streak, Long.SIZE - 1)) - 1;
        return new AlarmState(
                changedAt,
                on || count > 0 ? new LimitState(on, count, Optional.empty()) : LimitState.OFF,
                LimitState.OFF,
                LimitState.OFF,
                Optional.empty(),
                on ? Optional.of(first(Instant.parse(parts[2]), Double.parseDouble(parts[3]))) : Optional.empty(),
                Optional.empty());
    }

    private static Active first(Instant raisedAt, double peak) {
        Told told = new Told(raisedAt, Level.HIGH, peak, false, false);
        return new Active(raisedAt, Level.HIGH, peak, false, false, 0, Optional.of(told));
    }
}
