package io.qanat.alarm.command;

import io.qanat.alarm.command.CommandTokens.Verified;
import io.qanat.api.AlarmControl;
import io.qanat.api.AlarmControl.Done;
import io.qanat.api.AlarmControl.Refused;
import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.jose4j.json.JsonUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes signed commands, has them carried out and answers them. A token is used up before its command is carried out: after
 * a crash in between nothing was done, and a new token does it.
 *
 * <p>Threads: any; commands are carried out on its own, {@code qanat-alarm-command}, since the store's must not wait.
 */
public final class CommandDesk implements StageStatusSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);
    private static final int LONGEST = 16_384;

    private final CommandTokens tokens;
    private final UsedTokens used;
    private final AlarmControl alarms;
    private final Clock clock;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "qanat-alarm-command"));
    private final LongAdder done = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

    public CommandDesk(CommandConfig config, AlarmControl alarms, Journal journal, Clock clock) {
        this.tokens = new CommandTokens(config, clock);
        this.used = new UsedTokens(journal);
        this.alarms = alarms;
        this.clock = clock;
    }

    /** @return completes with the answer, a JSON object, also when the command is refused; never fails */
    public CompletableFuture<String> take(String token) {
        try {
            if (token.length() > LONGEST) {
                throw new Refused("malformed", "the command is longer than " + LONGEST + " characters");
            }
            Verified verified = tokens.verify(token.strip());
            return used.use(verified.id(), verified.expiry(), clock.instant())
                    .thenComposeAsync(nothing -> alarms.execute(verified.command()), thread)
                    .handle((result, failure) -> failure == null ? done(verified, result) : refused(verified, failure));
        } catch (Refused e) {
            return CompletableFuture.completedFuture(refused(new LinkedHashMap<>(), e));
        }
    }

    private String done(Verified verified, Done result) {
        done.increment();
        Map<String, Object> answer = answer(verified);
        answer.put("result", "done");
        answer.put("alarm", result.alarmId());
        answer.put("told", result.told());
        return JsonUtil.toJson(answer);
    }

    private static Map<String, Object> answer(Verified verified) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "jti",
                URLDecoder.decode(verified.id(), StandardCharsets.UTF_8)
                        .substring(verified.command().by().length() + 1));
        answer.put("cmd", verified.command().kind().text());
        return answer;
    }

    private String refused(Verified verified, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refused refusal) {
            return refused(answer(verified), refusal);
        }
        LOG.warn("A command to an alarm could not be carried out", cause);
        return refused(
                answer(verified),
                new Refused("failed", "the gateway could not carry the command out, see its log; nothing is changed"));
    }

    private String refused(Map<String, Object> answer, Refused refusal) {
        refused.computeIfAbsent(refusal.reason(), reason -> new LongAdder()).increment();
        answer.put("result", "refused");
        answer.put("reason", refusal.reason());
        answer.put("message", String.valueOf(refusal.getMessage()));
        return JsonUtil.toJson(answer);
    }

    @Override
    public List<StageStatus> status() {
        Map<String, Number> figures = new HashMap<>();
        figures.put("done", done.sum());
        refused.forEach((reason, count) -> figures.put("refused." + reason, count.sum()));
        return List.of(new StageStatus("alarm-command", figures, Map.of()));
    }

    /** Commands that are on their way are not answered. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
