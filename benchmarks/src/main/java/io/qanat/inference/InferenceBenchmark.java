package io.qanat.inference;

import io.qanat.gateway.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * What scoring costs over ONNX Runtime itself, and what becomes of windows when they come by chance, when the model is
 * replaced, and after a million of them. See docs/inference.md for the commands.
 */
@Command(
        name = "inference",
        description = {
            "What scoring costs: a raw ONNX Runtime loop, the batcher, and exchanges through onnx:, in turn.",
            "Parts, with about how long they take at the default --seconds:",
            "  saturation   as many windows as can be scored, four models (2 min)",
            "  lowload      one request at a time (2 min)",
            "  permessage   a run for each message against batches, four models (1 min)",
            "  poisson      arrivals by chance at 50, 80 and 95 %% of saturation, four models (3 min)",
            "  swap         versions replaced under full load (1 min)",
            "  endurance    1,000,000 windows and 1,000 reloads: memory and handles (2 min)"
        },
        mixinStandardHelpOptions = true)
public final class InferenceBenchmark implements Callable<Integer> {
    /** What can be measured alone. */
    enum Part {
        SATURATION,
        LOWLOAD,
        PERMESSAGE,
        POISSON,
        SWAP,
        ENDURANCE
    }

    @Option(
            names = "--part",
            paramLabel = "NAME",
            split = ",",
            description = "Measures only this, or these: names separated by commas. Default: all.")
    private List<String> parts = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "0.2",
            description = "Length of one measurement; each is repeated. Default: ${DEFAULT-VALUE}.")
    private double seconds = 0.2;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2",
            description = "Sessions of a model in saturation, each number in turn. Default: ${DEFAULT-VALUE}.")
    private List<Integer> sessions = List.of(1, 2);

    @Option(
            names = "--reloads",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Reloads of endurance, each under 1,000 windows. Default: ${DEFAULT-VALUE}.")
    private int reloads = 1_000;

    @Option(names = "--plot", paramLabel = "FILE", description = "Writes the curves of endurance as SVG.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws Exception {
        System.setProperty(
                "qanat.models",
                Path.of(System.getProperty("qanat.home", "."), "models").toString());
        Set<Part> wanted = wanted();
        Path temp = Files.createTempDirectory("qanat-benchmark");
        try {
            for (Part part : wanted) {
                measure(part, temp, new Bench(seconds));
            }
        } finally {
            Folders.delete(temp);
        }
        return 0;
    }

    private Set<Part> wanted() {
        Set<Part> wanted = EnumSet.noneOf(Part.class);
        for (String part : parts) {
            Part found = Stream.of(Part.values())
                    .filter(known -> known.name().equalsIgnoreCase(part))
                    .findFirst()
                    .orElseThrow(() -> new ParameterException(
                            new CommandLine(this),
                            "--part has '" + part + "': it must be one of " + List.of(Part.values())));
            wanted.add(found);
        }
        return wanted.isEmpty() ? EnumSet.allOf(Part.class) : wanted;
    }

    private void measure(Part part, Path temp, Bench bench) throws Exception {
        List<Subject> subjects =
                List.of(Subject.dense(temp), Subject.conv1d(temp), Subject.shipped(), Subject.image(temp));
        bench.say("");
        switch (part) {
            case SATURATION -> new Saturation(bench, sessions).run(subjects);
            case LOWLOAD -> new LowLoad(bench).run(Subject.mean(temp));
            case PERMESSAGE -> new OnePerMessage(bench).run(subjects);
            case POISSON -> new Poisson(bench).run(subjects);
            case SWAP -> new SwapUnderLoad(bench).run(temp);
            case ENDURANCE -> new Endurance(bench, reloads, plot).run(temp);
        }
    }
}
