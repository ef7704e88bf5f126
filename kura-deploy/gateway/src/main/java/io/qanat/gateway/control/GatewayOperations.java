package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.AlarmControl;
import io.qanat.api.DryRun;
import io.qanat.api.ModelRepository;
import io.qanat.api.OutboxControl;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.Gateway;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a running gateway can be asked. */
public final class GatewayOperations {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private GatewayOperations() {}

    /** By name, as the command line asks for them. */
    public static Map<String, Operation> of(Gateway gateway) {
        Map<String, Operation> operations = new HashMap<>();
        operations.put("status", arguments -> status(gateway));
        operations.putAll(RouteOperations.of(() -> gateway.framework().service(RouteLoader.class, PATIENCE)));
        operations.putAll(OutboxOperations.of(() -> gateway.framework().service(OutboxControl.class, PATIENCE)));
        operations.putAll(AlarmOperations.of(() -> gateway.framework().service(AlarmControl.class, PATIENCE)));
        operations.putAll(BundleOperations.of(gateway.framework()));
        operations.putAll(DryRunOperations.of(() -> gateway.framework().service(DryRun.class, PATIENCE)));
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

    /** @throws IllegalArgumentException when the argument is not there */
    static String text(JsonNode arguments, String name) {
        JsonNode value = arguments.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("the argument '" + name + "' is missing, or is no text");
        }
        return value.asText();
    }
}
