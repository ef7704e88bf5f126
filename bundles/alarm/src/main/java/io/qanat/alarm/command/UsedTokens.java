package io.qanat.alarm.command;

import io.qanat.api.AlarmControl.Refused;
import io.qanat.api.Journal;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Which tokens were used, so that none is used twice, also not after a restart:
 *
 * <pre>
 * 1 2026-01-01T00:05:00Z jti=2026-01-01T00:04:00Z jti=...
 * | |                    the used ones that have not expired, as URL-encoded id and expiry
 * | what expires by then is refused: the used ones of that time are forgotten
 * version
 * </pre>
 *
 * The second field makes a clock that goes back no way to use a token again.
 *
 * <p>Threads: any.
 */
final class UsedTokens {
    private static final String STAGE = "alarm-command";
    private static final String KEY = "used";
    private static final String VERSION = "1";
    private static final int MOST = 10_000;

    private final Journal journal;
    private final Map<String, Instant> used = new HashMap<>();
    private Instant forgotten = Instant.EPOCH;

    UsedTokens(Journal journal) {
        this.journal = journal;
        String text = journal.states(STAGE).get(KEY);
        if (text != null) {
            restore(text.split(" ", -1));
        }
    }

    private void restore(String[] parts) {
        if (!parts[0].equals(VERSION)) {
            throw new IllegalStateException(
                    "the used tokens of alarm-command: cannot be read; were they written by a newer version?");
        }
        forgotten = Instant.parse(parts[1]);
        for (int i = 2; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            used.put(parts[i].substring(0, equals), Instant.parse(parts[i].substring(equals + 1)));
        }
    }

    /**
     * Uses a token.
     *
     * @param id URL-encoded, and unique among all operators
     * @return completes once no restart can forget it
     */
    synchronized CompletableFuture<Void> use(String id, Instant expiry, Instant now) throws Refused {
        if (!expiry.isAfter(forgotten)) {
            throw new Refused("expired", "the token expired at " + expiry + ": make a new one");
        }
        if (used.containsKey(id)) {
            throw new Refused("replayed", "the token was used already: make a new one for each command");
        }
        forget(now);
        if (used.size() >= MOST) {
            throw new Refused("too-many", "there were " + MOST + " commands in a short time: wait a few minutes");
        }
        used.put(id, expiry);
        StageState state = new StageState(STAGE, KEY, text());
        return journal.settle(new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(state), List.of()));
    }

    private void forget(Instant now) {
        used.values().removeIf(expiry -> {
            boolean over = !expiry.isAfter(now);
            if (over && expiry.isAfter(forgotten)) {
                forgotten = expiry;
            }
            return over;
        });
    }

    private String text() {
        String ids = used.entrySet().stream()
                .map(token -> " " + token.getKey() + "=" + token.getValue())
                .collect(Collectors.joining());
        return VERSION + " " + forgotten + ids;
    }
}
