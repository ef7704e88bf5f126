package io.qanat.benchmarks;

import io.qanat.inference.InferenceBenchmark;
import io.qanat.store.StoreBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code qanat bench}. */
@Command(
        name = "qanat bench",
        description =
                "Measures Qanat beside the bare libraries that it is built on: both sides in one run, alternating.",
        mixinStandardHelpOptions = true,
        subcommands = {
            InferenceBenchmark.class,
            DeliveryBench.class,
            DrainBench.class,
            ReceiveBench.class,
            StoreBench.class,
            RoutesBench.class,
            FootprintBench.class
        })
public final class BenchCommand {
    private BenchCommand() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand()).execute(args));
    }
}
