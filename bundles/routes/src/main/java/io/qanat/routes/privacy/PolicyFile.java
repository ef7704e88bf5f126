package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads rules from YAML, those of the product and those of the operator:
 *
 * <pre>
 * endpoints:
 *   - uri: "http:historian.plant.example:8080/*"
 *     accepts: raw
 * beans:
 *   - name: toCelsius
 *     yields: derived
 * </pre>
 */
final class PolicyFile {
    private static final String CATALOGUE = "data-classes.yaml";
    private static final Set<String> ENDPOINT_KEYS =
            Set.of("uri", "from", "headers", "accepts", "yields", "sends", "sets", "redirects", "passes", "leaves");

    private final String name;
    private final UnaryOperator<String> placeholders;

    private PolicyFile(String name, UnaryOperator<String> placeholders) {
        this.name = name;
        this.placeholders = placeholders;
    }

    /** The product's own rules. */
    static Policy catalogue() {
        try (InputStream in = Objects.requireNonNull(PolicyFile.class.getResourceAsStream(CATALOGUE), CATALOGUE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new PolicyFile(CATALOGUE, UnaryOperator.identity()).policy(text);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle lacks " + CATALOGUE, e);
        }
    }

    /**
     * The operator's rules before those of the product.
     *
     * @param placeholders puts values in place of <code>{{name}}</code> in uris
     * @throws IllegalArgumentException that names the file, the rule and what is wrong with it
     */
    static Policy read(Path file, UnaryOperator<String> placeholders) {
        try {
            return new PolicyFile(file.toString(), placeholders)
                    .policy(Files.readString(file))
                    .over(catalogue());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the policy file " + file + " cannot be read ("
                            + e.getClass().getSimpleName()
                            + "): write it, or take 'policy' out of the configuration io.qanat.routes",
                    e);
        }
    }

    private Policy policy(String text) {
        Map<?, ?> document = document(text);
        onlyKeys(document, Set.of("endpoints", "beans"), "the policy file " + name);
        List<EndpointRule> rules = new ArrayList<>();
        for (Object entry : list(document.get("endpoints"), "the policy file " + name + ": endpoints")) {
            rules.add(placed("endpoints", rules.size() + 1, entry, this::rule));
        }
        Map<String, DataClass> beans = new HashMap<>();
        int number = 0;
        for (Object entry : list(document.get("beans"), "the policy file " + name + ": beans")) {
            placed(
                    "beans",
                    ++number,
                    entry,
                    bean -> beans.put(required(bean, "name"), DataClass.of(required(bean, "yields"))));
        }
        return new Policy(rules, 0, beans);
    }

    private Map<?, ?> document(String text) {
        try {
            Object document = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
            return document == null ? Map.of() : map(document, "the policy file " + name);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("the policy file " + name + " is no YAML: " + e.getMessage(), e);
        }
    }

    private <T> @Nullable T placed(String kind, int number, Object entry, Function<Map<?, ?>, T> read) {
        try {
            return read.apply(map(entry, "the entry"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the policy file " + name + ", entry " + number + " of " + kind + ": " + e.getMessage(), e);
        }
    }

    private EndpointRule rule(Map<?, ?> entry) {
        onlyKeys(entry, ENDPOINT_KEYS, "the entry");
        return new EndpointRule(
                UriPattern.of(placeholders.apply(required(entry, "uri"))),
                text(entry, "from").map(DataClass::of),
                classes(entry, "headers"),
                text(entry, "accepts").map(DataClass::of),
                text(entry, "yields").map(Yield::of),
                names(entry, "sends"),
                classes(entry, "sets"),
                names(entry, "redirects"),
                text(entry, "passes").map(Boolean::valueOf),
                text(entry, "leaves").map(Boolean::valueOf));
    }

    private static Optional<String> text(Map<?, ?> entry, String key) {
        return Optional.ofNullable(entry.get(key)).map(String::valueOf);
    }

    private static String required(Map<?, ?> entry, String key) {
        return text(entry, key).orElseThrow(() -> new IllegalArgumentException("'" + key + "' is missing: add it"));
    }

    private static Optional<List<String>> names(Map<?, ?> entry, String key) {
        return Optional.ofNullable(entry.get(key))
                .map(value -> list(value, key).stream().map(String::valueOf).toList());
    }

    private static Optional<Map<String, DataClass>> classes(Map<?, ?> entry, String key) {
        return Optional.ofNullable(entry.get(key)).map(value -> {
            Map<String, DataClass> classes = new HashMap<>();
            map(value, key)
                    .forEach((name, text) -> classes.put(String.valueOf(name), DataClass.of(String.valueOf(text))));
            return classes;
        });
    }

    private static void onlyKeys(Map<?, ?> entry, Set<String> known, String where) {
        Set<Object> unknown = new HashSet<>(entry.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    where + " has " + unknown + ": it may have " + new java.util.TreeSet<>(known));
        }
    }

    private static Map<?, ?> map(Object value, String what) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(what + " is '" + value + "': it must have lines of the form 'name: value'");
    }

    private static List<?> list(@Nullable Object value, String what) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(what + " is '" + value + "': it must be a list, each line with a dash");
    }
}
