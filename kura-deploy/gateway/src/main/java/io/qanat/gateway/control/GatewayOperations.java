package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.AlarmControl;
import io.qanat.api.ModelRepository;
import io.qanat.api.OutboxControl;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.Gateway;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a running gateway can be asked. */
public final class GatewayOperations {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private GatewayOperations() {}

    /** By name, as the command line asks for them. */
    public static Map<String, Operation> of(Gateway gateway) {
        Map<String, Operation> operations = new HashMap<>();
        operations.put("status", arguments -> status(gateway));
        operations.put("route.load", arguments -> load(gateway, arguments));
        operations.putAll(OutboxOperations.of(() -> gateway.framework().service(OutboxControl.class, PATIENCE)));
        operations.putAll(AlarmOperations.of(() -> gateway.framework().service(AlarmControl.class, PATIENCE)));
        operations.putAll(BundleOperations.of(gateway.framework()));
        operations.putAll(ModelOperations.of(() -> gateway.framework().service(ModelRepository.class, PATIENCE)));
        return operations;
    }

    private static Map<String, Object> status(Gateway gateway) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("stages", gateway.status());
        status.put("input", gateway.ledgers().input());
        status.put("delivery", gateway.ledgers().delivery());
        return status;
    }

    private static List<String> load(Gateway gateway, JsonNode arguments) throws Exception {
        return gateway.framework()
                .service(RouteLoader.class, PATIENCE)
                .load(text(arguments, "name"), text(arguments, "text"));
    }

    /** @throws IllegalArgumentException when the argument is not there */
    static String text(JsonNode arguments, String name) {
        JsonNode value = arguments.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("the argument '" + name + "' is missing, or is no text");
        }
        return value.asText();
    }
}
