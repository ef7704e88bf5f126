package io.qanat.gateway;

import io.qanat.gateway.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code qanat}. */
@Command(
        name = "qanat",
        description = "Streaming inference for the industrial edge.",
        mixinStandardHelpOptions = true,
        version = "qanat 0.1.0",
        footer = {
            "qanat bench measures it beside the bare libraries: see qanat bench --help.",
            "qanat soak repeats faults and counts what is lost: see qanat soak --help."
        },
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            StatusCommand.class,
            RouteCommand.class,
            ModelCommand.class,
            AlarmCommand.class,
            OutboxCommand.class,
            AuditCommand.class,
            BundleCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(command.getColorScheme().errorText("qanat: " + failure.getMessage()));
            if (System.getProperty("qanat.debug") != null) {
                failure.printStackTrace(command.getErr());
            }
            return 1;
        });
        return line;
    }
}
