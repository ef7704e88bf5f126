package io.qanat.gateway.control;

import static io.qanat.gateway.control.GatewayOperations.text;

import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** What can be asked about models: each answers with a sentence, or a list. */
final class ModelOperations {
    private ModelOperations() {}

    static Map<String, Operation> of(Supplier<ModelRepository> models) {
        return Map.of(
                "model.list", arguments -> models.get().versions(),
                "model.add",
                        arguments -> told("is on the gateway", models.get().add(Path.of(text(arguments, "package")))),
                "model.activate",
                        arguments -> told(
                                "is active",
                                models.get()
                                        .activate(
                                                text(arguments, "name"),
                                                text(arguments, "version"),
                                                arguments.path("variant").asText(""))),
                "model.rollback",
                        arguments -> told("is active again", models.get().rollback(text(arguments, "name"))),
                "model.remove",
                        arguments -> {
                            models.get().remove(text(arguments, "name"), text(arguments, "version"));
                            return text(arguments, "name") + " " + text(arguments, "version") + " is removed";
                        },
                "model.endShadow",
                        arguments -> {
                            models.get().endShadow(text(arguments, "name"));
                            return text(arguments, "name") + " has no shadow";
                        },
                "model.shadow",
                        arguments -> {
                            models.get().shadow(text(arguments, "name"), text(arguments, "version"));
                            return text(arguments, "name") + " " + text(arguments, "version")
                                    + " sees the same windows; its figures are in the status";
                        });
    }

    private static String told(String what, ModelRef model) {
        return model.name() + " " + model.version() + " (" + model.variant() + ") " + what;
    }
}
