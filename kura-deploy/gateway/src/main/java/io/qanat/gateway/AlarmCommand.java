package io.qanat.gateway;

import picocli.CommandLine.Command;

/** The alarms. */
@Command(
        name = "alarm",
        description = "Tries settings of alarms on recordings.",
        mixinStandardHelpOptions = true,
        subcommands = AlarmReplayCommand.class)
public final class AlarmCommand {}
