package io.qanat.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Memory and native handles while a model is reloaded again and again under load. Linux tells what the process has, in
 * {@code /proc/self}: nothing else counts what ONNX Runtime holds. An open tensor or session keeps memory mapped.
 */
final class Endurance {
    private static final int WINDOWS_PER_RELOAD = 1_000;
    private static final int SAMPLE_EACH = 5;
    private static final long KIB_PER_MIB = 1_024;

    private final Bench bench;
    private final int reloads;
    private final @Nullable Path plot;

    /** @param plot file for the curves, null for none */
    Endurance(Bench bench, int reloads, @Nullable Path plot) {
        this.bench = bench;
        this.reloads = reloads;
        this.plot = plot;
    }

    /**
     * What the process has.
     *
     * @param reload after how many reloads
     */
    private record Sample(long reload, long residentKib, long mappings, long openFiles, long threads) {
        static Sample take(long reload) throws IOException {
            return new Sample(reload, measuredKib(), lines("maps"), entries("fd"), entries("task"));
        }

        private static long measuredKib() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            throw new IOException("/proc/self/status has no VmRSS: this measurement needs Linux");
        }

        private static long lines(String file) throws IOException {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self", file))) {
                return lines.count();
            }
        }

        private static long entries(String folder) throws IOException {
            try (Stream<Path> entries = Files.list(Path.of("/proc/self", folder))) {
                return entries.count();
            }
        }
    }

    void run(Path temp) throws Exception {
        List<Path> versions = List.of(
                Packages.copy(temp.resolve("endurance"), "1.0.0"), Packages.copy(temp.resolve("endurance"), "1.0.1"));
        List<Sample> samples = new ArrayList<>();
        ExecutorService reloading = Executors.newSingleThreadExecutor();
        try (DirectLevel level = new DirectLevel(Subject.shipped(), 1)) {
            for (int i = 1; i <= reloads; i++) {
                Path next = versions.get(i % versions.size());
                Future<?> reload = reloading.submit(() -> {
                    level.activate(next);
                    return null;
                });
                score(level);
                reload.get();
                sample(samples, i);
            }
            report(samples, level.failed());
        } finally {
            reloading.shutdown();
        }
    }

    private static void score(DirectLevel level) throws Exception {
        CountDownLatch scored = new CountDownLatch(WINDOWS_PER_RELOAD);
        for (int i = 0; i < WINDOWS_PER_RELOAD; i++) {
            level.submit(level.windows.get(i % level.windows.size()), scored::countDown);
        }
        scored.await();
    }

    private void sample(List<Sample> samples, int reload) throws IOException {
        if (reload % SAMPLE_EACH == 0) {
            samples.add(Sample.take(reload));
        }
        if (reload % Math.max(1, reloads / 20) == 0) {
            bench.progress(
                    "%,d of %,d reloads, %,d windows, %d MiB resident",
                    reload, reloads, (long) reload * WINDOWS_PER_RELOAD, Sample.measuredKib() / KIB_PER_MIB);
        }
    }

    private void report(List<Sample> samples, long failed) throws IOException {
        bench.say(String.format(
                Locale.ROOT,
                "%,d windows and %,d reloads of mote-detector, %d windows failed",
                (long) reloads * WINDOWS_PER_RELOAD,
                reloads,
                failed));
        bench.say("| of the process | second tenth of the run | last tenth | most |");
        row(samples, "resident, MiB", sample -> sample.residentKib / KIB_PER_MIB);
        row(samples, "memory mappings", Sample::mappings);
        row(samples, "open files", Sample::openFiles);
        row(samples, "threads", Sample::threads);
        if (plot != null) {
            List<double[]> resident = points(samples, sample -> sample.residentKib / KIB_PER_MIB);
            List<double[]> mappings = points(samples, Sample::mappings);
            new SvgPlot("reloads, each under " + WINDOWS_PER_RELOAD + " windows")
                    .curve("resident, MiB", "#1f77b4", resident)
                    .curve("memory mappings", "#d62728", mappings)
                    .write(plot);
            bench.say("Curves: " + plot);
        }
    }

    private void row(List<Sample> samples, String name, ToLongFunction<Sample> value) {
        int tenth = Math.max(1, samples.size() / 10);
        bench.say(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %d |",
                name,
                median(
                        samples.subList(Math.min(tenth, samples.size() - 1), Math.min(2 * tenth, samples.size())),
                        value),
                median(samples.subList(samples.size() - tenth, samples.size()), value),
                samples.stream().mapToLong(value).max().orElse(0)));
    }

    private static double median(List<Sample> samples, ToLongFunction<Sample> value) {
        return new Spread(samples.stream().mapToDouble(value::applyAsLong).toArray()).median();
    }

    private static List<double[]> points(List<Sample> samples, ToLongFunction<Sample> value) {
        return samples.stream()
                .map(sample -> new double[] {sample.reload, value.applyAsLong(sample)})
                .toList();
    }
}
