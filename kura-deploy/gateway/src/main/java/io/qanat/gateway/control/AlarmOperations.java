package io.qanat.gateway.control;

import static io.qanat.gateway.control.GatewayOperations.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Done;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Listed;
import io.qanat.api.AlarmControl.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What can be asked about alarms. Whoever reaches the control socket may: it is the owner's. */
final class AlarmOperations {
    private static final int LIMIT = 50;

    private AlarmOperations() {}

    static Map<String, Operation> of(Supplier<AlarmControl> alarms) {
        return Map.of(
                "alarm.list",
                arguments ->
                        alarms.get().list().stream().map(AlarmOperations::line).toList(),
                "alarm.history",
                arguments -> alarms.get().history(arguments.path("limit").asInt(LIMIT)).stream()
                        .map(AlarmOperations::event)
                        .toList(),
                "alarm.command",
                arguments -> carryOut(alarms.get(), command(arguments)));
    }

    private static Command command(JsonNode arguments) {
        String duration = arguments.path("duration").asText("");
        return new Command(
                Kind.valueOf(text(arguments, "command").toUpperCase(Locale.ROOT)),
                target(text(arguments, "alarm")),
                text(arguments, "by"),
                text(arguments, "comment"),
                duration.isEmpty() ? Optional.empty() : Optional.of(Duration.parse(duration)));
    }

    /** An alarm's id, or name/asset. */
    private static Target target(String alarm) {
        try {
            return Target.of(alarm);
        } catch (IllegalArgumentException e) {
            int slash = alarm.indexOf('/');
            if (slash < 1 || slash == alarm.length() - 1) {
                throw new IllegalArgumentException(
                        "alarm is '" + alarm + "': give its id, or name/asset, as list has them", e);
            }
            return new Target(alarm.substring(0, slash), alarm.substring(slash + 1), Optional.empty());
        }
    }

    private static Map<String, Object> carryOut(AlarmControl alarms, Command command) throws Exception {
        try {
            Done done = alarms.execute(command).get();
            return Map.of("alarm", done.alarmId(), "told", done.told());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception refused ? refused : e;
        }
    }

    private static Map<String, Object> line(Listed listed) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", listed.name());
        line.put("asset", listed.asset());
        listed.alarm().ifPresent(alarm -> line.putAll(event(alarm)));
        line.remove("cause");
        line.put("told", listed.told());
        line.put("shelved", listed.shelved().map(AlarmOperations::shelving).orElse(""));
        line.put("outOfService", listed.outOfService().map(Alarm.Act::by).orElse(""));
        return line;
    }

    private static String shelving(Alarm.Shelving shelving) {
        return shelving.act().by() + ", until "
                + shelving.until().map(Object::toString).orElse("it is cleared");
    }

    private static Map<String, Object> event(Alarm alarm) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", alarm.id());
        event.put("name", alarm.name());
        event.put("asset", alarm.asset());
        event.put("state", alarm.state().text());
        event.put("cause", alarm.change().cause().text());
        event.put("level", alarm.condition().level().text());
        event.put("severity", alarm.condition().severity());
        event.put("active", alarm.condition().active());
        event.put("normal", alarm.condition().normal());
        event.put("suppressed", alarm.condition().suppressed());
        event.put(
                "acknowledged",
                alarm.condition().acknowledged().map(Alarm.Act::by).orElse(""));
        event.put("decidedAt", alarm.decidedAt().toString());
        event.put("score", alarm.score());
        event.put("peak", alarm.peak());
        event.put("threshold", alarm.threshold());
        return event;
    }
}
