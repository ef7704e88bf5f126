package io.qanat.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qanat.gateway.Home;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault once, in a plant of its own. {@code qanat soak} repeats them. */
class FaultsIT {
    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @ParameterizedTest
    @EnumSource
    void losesNothing(Fault fault, @TempDir Path folder) throws Exception {
        assumeTrue(fault.isPossible(), "NOT RUN: " + fault.text() + ": this machine cannot do it");
        try (Plant plant = Plant.start(home, folder)) {
            plant.startGateway();
            plant.motes().start();
            plant.awaitPublished(200);

            Verdict verdict = plant.verdict(fault, fault.inflict(plant));

            System.out.println(verdict);
            assertThat(verdict).matches(Verdict::nothingLost).matches(Verdict::memoryBounded);
            assertThat(verdict.alarms()).isPositive();
        }
    }
}
