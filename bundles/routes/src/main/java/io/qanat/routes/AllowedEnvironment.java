package io.qanat.routes;

import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.camel.spi.PropertiesFunction;

/**
 * The environment variables that route texts may use, as the placeholder <code>{{env:NAME}}</code>: the others are
 * nobody's business who may write a text. Threads: any.
 */
final class AllowedEnvironment implements PropertiesFunction {
    static final String FUNCTION = "env";

    private final Set<String> allowed;
    private final UnaryOperator<String> variables;

    /** @param variables a variable's value by its name, null when it is not set */
    AllowedEnvironment(Set<String> allowed, UnaryOperator<String> variables) {
        this.allowed = Set.copyOf(allowed);
        this.variables = variables;
    }

    @Override
    public String getName() {
        return FUNCTION;
    }

    /** @throws IllegalArgumentException when the variable is not set, or not allowed */
    @Override
    public String apply(String name) {
        String value = allowed.contains(name) ? variables.apply(name) : null;
        if (value == null) {
            throw new IllegalArgumentException("the environment variable " + name + " is not set, or not allowed");
        }
        return value;
    }
}
