package io.qanat.gateway.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All combinations of the values of options. */
public final class SettingGrid {
    private SettingGrid() {}

    /**
     * @param choices such as {@code raiseAfter=2,3,4}, one for each option
     * @return the route's own setting, which is empty, and then each combination
     */
    public static List<Map<String, String>> of(List<String> choices) {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (String choice : choices) {
            int equals = choice.indexOf('=');
            if (equals < 1 || equals == choice.length() - 1) {
                throw new IllegalArgumentException(
                        "--set is '" + choice + "': expected an option and its values, such as raiseAfter=2,3,4");
            }
            combinations = times(combinations, choice.substring(0, equals), choice.substring(equals + 1));
        }
        List<Map<String, String>> all = new ArrayList<>();
        all.add(Map.of());
        combinations.stream().filter(setting -> !setting.isEmpty()).forEach(all::add);
        return all;
    }

    private static List<Map<String, String>> times(List<Map<String, String>> settings, String option, String values) {
        List<Map<String, String>> product = new ArrayList<>();
        for (Map<String, String> setting : settings) {
            if (setting.containsKey(option)) {
                throw new IllegalArgumentException(
                        "--set names " + option + " twice: give all its values at once, separated by commas");
            }
            for (String value : values.split(",", -1)) {
                Map<String, String> next = new LinkedHashMap<>(setting);
                next.put(option, value.strip());
                product.add(next);
            }
        }
        return product;
    }

    /** For people. */
    public static String name(Map<String, String> setting) {
        return setting.isEmpty()
                ? "as in the route"
                : String.join(
                        " ",
                        setting.entrySet().stream()
                                .map(option -> option.getKey() + "=" + option.getValue())
                                .sorted()
                                .toList());
    }
}
