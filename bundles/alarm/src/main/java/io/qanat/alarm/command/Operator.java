package io.qanat.alarm.command;

import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Target;
import java.security.Key;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may do what.
 *
 * @param name as the tokens' subject
 * @param algorithm the one JWS algorithm that goes with the key
 * @param key that verifies what they sign
 * @param commands what they may do
 * @param alarms of which alarms: patterns of name/asset in which {@code *} stands for any text
 */
record Operator(String name, String algorithm, Key key, Set<Kind> commands, List<String> alarms) {
    Operator {
        commands = Set.copyOf(commands);
        alarms = List.copyOf(alarms);
    }

    boolean may(Kind kind, Target target) {
        String alarm = target.name() + "/" + target.asset();
        return commands.contains(kind) && alarms.stream().anyMatch(pattern -> matches(pattern, alarm));
    }

    private static boolean matches(String pattern, String alarm) {
        return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), alarm);
    }
}
