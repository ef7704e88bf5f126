package io.qanat.faults;

import io.qanat.gateway.Folders;
import io.qanat.gateway.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code qanat soak}: every fault in turn, again and again, each in a plant of its own. */
@Command(
        name = "qanat soak",
        description = "Runs a plant and lets every fault befall it in turn until the time is over; then tells what was"
                + " lost. Exit code 1 when anything was.",
        mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {
    @Option(names = "--minutes", paramLabel = "N", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}.")
    private long minutes = 30;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Each fault so many times, however long it takes, instead of --minutes.")
    private @Nullable Integer runs;

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            description = "Only this fault: ${COMPLETION-CANDIDATES}. May be given several times.")
    private @Nullable List<Fault> only;

    private final Map<Fault, List<Verdict>> verdicts = new EnumMap<>(Fault.class);
    private final Map<Fault, List<Exception>> failures = new EnumMap<>(Fault.class);

    public static void main(String[] args) {
        System.exit(new CommandLine(new SoakCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        List<Fault> faults = only == null ? List.of(Fault.values()) : only;
        List<Fault> possible = faults.stream().filter(Fault::isPossible).toList();
        for (int round = 0; !possible.isEmpty() && isTimeFor(round, possible.size(), end); round++) {
            run(possible.get(round % possible.size()));
        }
        return summary(faults);
    }

    private boolean isTimeFor(int round, int faults, long end) {
        Integer times = runs;
        return times == null ? System.nanoTime() < end : round < times * faults;
    }

    private void run(Fault fault) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("qanat-soak");
        try (Plant plant = Plant.start(Home.find(), folder)) {
            plant.startGateway();
            plant.motes().start();
            plant.awaitPublished(200);
            Verdict verdict = plant.verdict(fault, fault.inflict(plant));
            verdicts.computeIfAbsent(fault, any -> new ArrayList<>()).add(verdict);
            System.out.println(verdict.line());
            if (!verdict.nothingLost()) {
                System.out.println("  logs in " + folder);
                return;
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // One run that cannot be judged is a finding, and no reason to stop the others.
            failures.computeIfAbsent(fault, any -> new ArrayList<>()).add(e);
            System.out.printf("%-58s FAILED: %s; logs in %s%n", fault.text(), e.getMessage(), folder);
            return;
        }
        Folders.delete(folder);
    }

    private int summary(List<Fault> faults) {
        System.out.printf(
                "%n%-58s %5s %6s %10s %10s %s%n", "fault", "runs", "lost", "duplicated", "seconds", "(median, most)");
        faults.forEach(this::line);
        List<Verdict> all = verdicts.values().stream().flatMap(List::stream).toList();
        int failed = failures.values().stream().mapToInt(List::size).sum();
        long lost = all.stream()
                .mapToLong(verdict -> verdict.lostReadings() + verdict.lostAlarms())
                .sum();
        long unbalanced = all.stream().filter(verdict -> !verdict.balanced()).count();
        System.out.printf(
                "totals: %d runs, %,d readings, %,d alarms, %d lost, %d duplicated with the same id, %d unbalanced, %d failed%n",
                all.size() + failed,
                all.stream().mapToLong(Verdict::published).sum(),
                all.stream().mapToLong(Verdict::alarms).sum(),
                lost,
                all.stream().mapToLong(Verdict::duplicates).sum(),
                unbalanced,
                failed);
        return lost == 0 && unbalanced == 0 && failed == 0 ? 0 : 1;
    }

    private void line(Fault fault) {
        List<Verdict> runs = verdicts.getOrDefault(fault, List.of());
        int failed = failures.getOrDefault(fault, List.of()).size();
        if (runs.isEmpty()) {
            String notRun = fault.isPossible() ? "NOT RUN: no time" : "NOT RUN: this machine cannot do it";
            System.out.printf("%-58s %s%n", fault.text(), failed > 0 ? failed + " FAILED" : notRun);
            return;
        }
        List<Double> seconds =
                runs.stream().map(Verdict::secondsToRecover).sorted().toList();
        System.out.printf(
                "%-58s %5d %6d %10d %10.1f %.1f%s%n",
                fault.text(),
                runs.size(),
                runs.stream()
                        .mapToLong(verdict -> verdict.lostReadings() + verdict.lostAlarms())
                        .sum(),
                runs.stream().mapToLong(Verdict::duplicates).sum(),
                seconds.get(seconds.size() / 2),
                seconds.get(seconds.size() - 1),
                failed > 0 ? "; " + failed + " FAILED" : "");
    }
}
