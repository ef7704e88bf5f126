package io.qanat.benchmarks;

import io.qanat.api.OutboxQueue;
import io.qanat.gateway.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** From the sensor's message to the cloud's acknowledgement: each part beside what it is built on. */
@Command(
        name = "delivery",
        description =
                "What delivery without loss costs, from a message to the cloud's acknowledgement, and what becomes"
                        + " of big backlogs. Exit code 1 when anything was lost.",
        mixinStandardHelpOptions = true)
final class DeliveryBench implements Callable<Integer> {
    private static final double ENQUEUE_SECONDS = 0.6;
    private static final int LIVE_SECONDS = 3;

    /** What is measured. */
    enum Part {
        /** Durable rows per second. */
        enqueue,
        /** Alarms over a long network. */
        publish,
        /** A big backlog, overtaken by live alarms. */
        backlog,
        /** The backlog of readings, as {@code qanat bench drain}. */
        drain,
        /** Hours without the cloud. */
        outage,
        /** Readings as they come. */
        live
    }

    @Spec
    private @Nullable CommandSpec command;

    @Option(
            names = "--part",
            paramLabel = "NAME",
            split = ",",
            description = "Only these parts: ${COMPLETION-CANDIDATES}. Default: all, about 5 minutes.")
    private List<Part> parts = new ArrayList<>(List.of(Part.values()));

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "4", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 4;

    @Option(
            names = "--alarms",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Size of the backlog. Default: ${DEFAULT-VALUE}.")
    private int alarms = 1_000_000;

    @Option(
            names = "--hours",
            paramLabel = "N",
            defaultValue = "2",
            description = "Length of the outage, of simulated time. Default: ${DEFAULT-VALUE}.")
    private int hours = 2;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "16",
            description = "That write one row at a time. Default: ${DEFAULT-VALUE}.")
    private int threads = 16;

    @Option(
            names = "--round-trip",
            paramLabel = "MS",
            defaultValue = "5",
            description = "Added between gateway and broker. Default: ${DEFAULT-VALUE}.")
    private int roundTrip = 5;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Live readings per second. Default: ${DEFAULT-VALUE}.")
    private int perSecond = 5_000;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where to write, on the disk to measure. Default: the folder for temporary files.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws Exception {
        within("--rounds", rounds, 1000);
        within("--alarms", alarms, 100_000_000);
        within("--hours", hours, 24 * 7);
        within("--threads", threads, 1000);
        within("--round-trip", roundTrip, 10_000);
        within("--rate", perSecond, 1_000_000);
        for (Part part : parts) {
            Progress.say("part " + part);
            Path folder = Files.createTempDirectory(directory, "qanat-bench");
            try {
                run(part, folder);
            } finally {
                Folders.delete(folder);
            }
        }
        return 0;
    }

    private void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    option + " is " + value + ": it must be from 1 to " + most);
        }
    }

    private void run(Part part, Path folder) throws Exception {
        switch (part) {
            case enqueue -> new EnqueueBench(folder, rounds, threads, ENQUEUE_SECONDS).run();
            case publish -> new PublishBench(folder, rounds, Duration.ofMillis(roundTrip)).run();
            case backlog -> new BacklogBench(folder, alarms).run();
            case drain -> new DrainBench(rounds, 1).call();
            case outage -> new OutageBench(folder, hours, OutboxQueue.DEFAULT_MAX_BYTES).run();
            case live -> new LiveBench(folder, rounds, perSecond, LIVE_SECONDS).run();
        }
    }
}
