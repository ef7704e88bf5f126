package io.qanat.benchmarks;

import io.qanat.api.RouteLoader;
import io.qanat.gateway.Folders;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it takes to load and to replace routes, and to decide about very many alarms. */
@Command(
        name = "routes",
        description = {
            "Routes and alarms. Parts:",
            "  load     a text of 1, 10 and 100 routes loaded and replaced, in a gateway",
            "  alarms   decisions per second and memory for 100,000 alarms",
            "  guard    an exchange with and without the privacy guard"
        },
        mixinStandardHelpOptions = true)
final class RoutesBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<Integer> SIZES = List.of(1, 10, 100);
    private static final String EMPTY_HOOK = "http://127.0.0.1:9/alarms";
    private static final int WARM_UP = 3;
    private static final List<String> PARTS = List.of("load", "alarms", "guard");

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Option(names = "--part", paramLabel = "NAME", description = "Only this part. Default: all.")
    private @Nullable String part;

    @Override
    public Integer call() throws Exception {
        if (part != null && !PARTS.contains(part)) {
            throw new IllegalArgumentException("--part is '" + part + "': it must be one of " + PARTS);
        }
        for (String wanted : part == null ? PARTS : List.of(part)) {
            measure(wanted);
        }
        return 0;
    }

    private void measure(String wanted) throws Exception {
        switch (wanted) {
            case "load" -> load();
            case "alarms" -> new AlarmPoints(rounds).run();
            default -> new GuardCost(rounds).run();
        }
    }

    private void load() throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        Path first = Files.writeString(folder.resolve("first.xml"), text("first", 1, 0));
        try (Gateway gateway = Gateway.start(Home.find(), folder, first, Map.of("webhook.url", EMPTY_HOOK))) {
            RouteLoader loader = gateway.framework().service(RouteLoader.class, PATIENCE);
            Turns<double[]> turns = new Turns<>();
            for (int size : SIZES) {
                turns.with(String.valueOf(size), () -> loadAndReplace(loader, size));
            }
            print(turns.take(WARM_UP, rounds));
        } finally {
            Folders.delete(folder);
        }
    }

    /** @return milliseconds to load routes that are new, and to replace all of them */
    private static double[] loadAndReplace(RouteLoader loader, int size) throws Exception {
        String name = "bench.xml";
        loader.load(name, text("one", 1, 0));
        double load = millis(loader, name, text("many", size, 1));
        double swap = millis(loader, name, text("many", size, 2));
        return new double[] {load, swap};
    }

    private static double millis(RouteLoader loader, String name, String text) throws Exception {
        long begin = System.nanoTime();
        loader.load(name, text);
        return (System.nanoTime() - begin) / 1e6;
    }

    /** Routes as the shipped one has them behind its ingress, so that no broker is measured. */
    private static String text(String id, int size, int version) {
        return IntStream.range(0, size)
                .mapToObj(i -> ("<route id=\"%1$s-%2$d\"><from uri=\"direct:%1$s-%2$d\"/>"
                                + "<to uri=\"window:%1$s-%2$d?channels=humidity,temperature&amp;length=16&amp;stride=4\"/>"
                                + "<to uri=\"onnx:mote-detector?maxBatch=32\"/>"
                                + "<to uri=\"alarm:%1$s-%2$d?raiseAfter=%3$d\"/>"
                                + "<to uri=\"outbox:cloud\"/></route>")
                        .formatted(id, i, version + 1))
                .collect(Collectors.joining("\n", "<routes>\n", "\n</routes>\n"));
    }

    private static void print(Map<String, List<double[]>> measured) {
        System.out.println("a text of so many routes, ms:");
        measured.forEach((size, values) -> {
            System.out.println(
                    "  " + series(size + " routes, loaded", values, 0).line("%8.1f"));
            System.out.println(
                    "  " + series(size + " routes, replaced", values, 1).line("%8.1f"));
        });
    }

    private static Series series(String name, List<double[]> values, int column) {
        List<Double> one = new ArrayList<>();
        values.forEach(value -> one.add(value[column]));
        return new Series(String.format(Locale.ROOT, "%s", name), one);
    }
}
