package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The command line as a whole: its commands can be made together, and each says what it is for. */
class CommandLineIT {
    private static Stream<CommandLine> commands() {
        return under(Main.commandLine());
    }

    private static Stream<CommandLine> under(CommandLine command) {
        List<CommandLine> below = List.copyOf(command.getSubcommands().values());
        return Stream.concat(Stream.of(command), below.stream().flatMap(CommandLineIT::under));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysWhatItIsFor(CommandLine command) {
        assertThat(command.getUsageMessage())
                .contains("Usage: " + command.getCommandSpec().qualifiedName());
        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
    }
}
