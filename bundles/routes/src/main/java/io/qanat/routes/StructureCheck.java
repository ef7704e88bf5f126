package io.qanat.routes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.EipModel;
import org.apache.camel.tooling.model.JsonMapper;

/**
 * Checks elements and attributes against what Camel says of its own model: its parsers would stop at the first mistake.
 * Threads: one.
 */
final class StructureCheck {
    private static final String MODELS = "META-INF/services/org/apache/camel/model.properties";

    /** What may stand first in a text; what is inside the roots of XML stands first too. */
    private static final Set<String> FIRST = Set.of(
            "route",
            "errorHandler",
            "intercept",
            "interceptFrom",
            "interceptSendToEndpoint",
            "onCompletion",
            "onException");

    private static final Set<String> XML_ROOTS = Set.of("routes", "route", "camel", "beans");
    private static final Set<String> SCOPES = Set.of("camel", "beans");

    private final DefaultRuntimeCamelCatalog catalog;
    private final LocatedText text;
    private final Mistakes mistakes;
    private final Set<String> known;
    private final Map<String, Optional<EipModel>> models = new HashMap<>();

    StructureCheck(CamelContext context, DefaultRuntimeCamelCatalog catalog, LocatedText text, Mistakes mistakes) {
        this.catalog = catalog;
        this.text = text;
        this.mistakes = mistakes;
        this.known = modelNames(context);
    }

    /** Names of the expression languages that the model has elements for. */
    Set<String> languages() {
        return model("setBody")
                .map(model -> model.getOptions().stream()
                        .filter(option -> option.getName().equals("expression"))
                        .flatMap(option -> option.getOneOfs().stream())
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    void check() {
        text.roots().forEach(text.language() == LocatedText.Language.XML ? this::xmlRoot : this::first);
    }

    private void xmlRoot(LocatedElement root) {
        if (!XML_ROOTS.contains(root.name())) {
            mistakes.add(root.position(), "no route: expected <routes> with a <route> in it");
        } else if (SCOPES.contains(root.name())) {
            root.children().forEach(this::first);
        } else {
            inner(root);
        }
    }

    private void first(LocatedElement element) {
        if (FIRST.contains(element.name())) {
            inner(element);
        } else if (known.contains(element.name()) || element.name().equals("beans")) {
            mistakes.add(
                    element.position(),
                    shown(element.name()) + " may not stand here: a route text has routes and what holds for them ("
                            + String.join(", ", new TreeSet<>(FIRST)) + "); beans are services with the property"
                            + " camel.bean");
        } else {
            mistakes.add(element.position(), unknown("", element.name(), FIRST));
        }
    }

    private void inner(LocatedElement element) {
        model(element.name()).ifPresent(model -> attributes(element, model));
        for (LocatedElement child : element.children()) {
            if (!child.name().equals(LocatedElement.PARAMETERS)) {
                child(element, child);
            }
        }
    }

    private void child(LocatedElement element, LocatedElement child) {
        Set<String> own = model(element.name()).map(StructureCheck::names).orElse(Set.of());
        if (known.contains(child.name()) || own.contains(child.name())) {
            inner(child);
            return;
        }
        Set<String> all = new HashSet<>(known);
        all.addAll(own);
        mistakes.add(child.position(), unknown("", child.name(), all));
    }

    private void attributes(LocatedElement element, EipModel model) {
        Set<String> names = names(model);
        element.values().forEach((name, value) -> {
            if (!names.contains(name)) {
                mistakes.add(value.namePosition(), unknown(" of " + shown(element.name()), name, names));
            }
        });
    }

    private String unknown(String owner, String name, Set<String> names) {
        boolean attribute = !owner.isEmpty();
        if (!attribute && KnownComponents.offered().contains(name)) {
            return shown(name) + " is a component: write " + shown("to") + " with the uri " + name + ":name";
        }
        Optional<String> near = NearMiss.of(name, names);
        Optional<String> component = attribute ? Optional.empty() : NearMiss.of(name, KnownComponents.offered());
        return (text.language() == LocatedText.Language.YAML
                        ? "unknown key '" + name + "'"
                        : attribute ? "unknown attribute '" + name + "'" : "unknown element <" + name + ">")
                + owner + ": "
                + near.map(meant -> "did you mean " + meant + "?")
                        .or(() -> component.map(
                                meant -> "did you mean " + shown("to") + " with the uri " + meant + ":name?"))
                        .orElse("there is none of a similar name; remove it");
    }

    private String shown(String name) {
        return text.language() == LocatedText.Language.YAML ? "'" + name + "'" : "<" + name + ">";
    }

    private static Set<String> names(EipModel model) {
        Set<String> names = new HashSet<>();
        for (BaseOptionModel option : model.getOptions()) {
            names.add(option.getName());
            names.addAll(option.getOneOfs() == null ? Set.of() : option.getOneOfs());
        }
        return names;
    }

    private Optional<EipModel> model(String name) {
        return models.computeIfAbsent(
                name, key -> Optional.ofNullable(known.contains(key) ? catalog.modelJSonSchema(key) : null)
                        .map(JsonMapper::generateEipModel));
    }

    private static Set<String> modelNames(CamelContext context) {
        Set<String> names = new HashSet<>();
        try (InputStream list = context.getClassResolver().loadResourceAsStream(MODELS)) {
            new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new IllegalStateException("Camel's list of its own elements cannot be read", e);
        }
    }
}
