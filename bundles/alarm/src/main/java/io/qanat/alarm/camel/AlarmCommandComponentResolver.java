package io.qanat.alarm.camel;

import io.qanat.alarm.command.CommandConfig;
import io.qanat.alarm.command.CommandDesk;
import io.qanat.alarm.command.CommandOptions;
import io.qanat.api.AlarmControl;
import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Gives the {@code alarm-command:} component to the gateway's contexts, once it is configured. Threads: any. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.alarm.command",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=alarm-command")
public final class AlarmCommandComponentResolver implements ComponentResolver, StageStatusSource {
    private final CommandDesk desk;

    @Activate
    public AlarmCommandComponentResolver(
            @Reference AlarmControl alarms, @Reference Journal journal, CommandOptions options) {
        desk = new CommandDesk(config(options), alarms, journal, Clock.systemUTC());
    }

    @Deactivate
    void close() {
        desk.close();
    }

    private static CommandConfig config(CommandOptions options) {
        return new CommandConfig(
                options.operators().isBlank() ? Optional.empty() : Optional.of(Path.of(options.operators())),
                options.audience().strip(),
                Duration.ofSeconds(options.maxLifetimeSeconds()));
    }

    @Override
    public Component resolveComponent(String name, CamelContext context) {
        return new AlarmCommandComponent(desk);
    }

    @Override
    public List<StageStatus> status() {
        return desk.status();
    }
}
