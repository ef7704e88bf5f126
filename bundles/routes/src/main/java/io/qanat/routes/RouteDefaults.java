package io.qanat.routes;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;

/** What holds for every route. Threads: those that set up a context. */
final class RouteDefaults {
    static final int SHUTDOWN_SECONDS = 30;

    private RouteDefaults() {}

    /**
     * Sets a context up before it starts. Exchanges are not pooled, Camel's default: a stage may keep one past its
     * route.
     *
     * @param placeholders values by name
     */
    static void apply(CamelContext context, Map<String, String> placeholders) {
        context.getCamelContextExtension().setErrorHandlerFactory(errorHandler());
        context.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
        Properties properties = new Properties();
        properties.putAll(placeholders);
        context.getPropertiesComponent().setInitialProperties(properties);
        environment(context, Set.of());
    }

    /**
     * Lets texts use these environment variables and no others, nor those in the place of a property of the same name.
     *
     * @param allowed names of variables
     */
    static void environment(CamelContext context, Set<String> allowed) {
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        properties.addPropertiesFunction(new AllowedEnvironment(allowed, System::getenv));
    }

    /**
     * Sets a route up before it is added. The outbox itself decides when to try again, and heeds what the endpoint asked
     * for: a step that were repeated at once would be a second and a third try behind its back.
     */
    static void apply(RouteDefinition route) {
        if (isForwarder(route) && !route.isErrorHandlerFactorySet()) {
            route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        }
    }

    static boolean isForwarder(RouteDefinition route) {
        return route.getInput().getEndpointUri().startsWith("outbox:");
    }

    /** Two more tries at once, since the journal repeats later what still fails. The ledger counts; no log does. */
    private static DefaultErrorHandlerDefinition errorHandler() {
        return new DefaultErrorHandlerDefinition()
                .maximumRedeliveries(2)
                .redeliveryDelay(0)
                .logExhausted(false)
                .logExhaustedMessageHistory(false)
                .logRetryAttempted(false)
                .logStackTrace(false)
                .logRetryStackTrace(false)
                .retryAttemptedLogLevel(LoggingLevel.OFF)
                .retriesExhaustedLogLevel(LoggingLevel.OFF);
    }
}
