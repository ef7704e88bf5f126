package io.qanat.routes.dryrun;

import io.qanat.api.DryRun;
import io.qanat.api.DryRunSide;
import io.qanat.api.RouteException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ComponentResolver;

/**
 * Dry runs, one at a time: they use the gateway's processor, which has other things to do.
 *
 * <p>Threads: any; a dry run is the calling thread's.
 */
public final class DryRuns implements DryRun {
    private final Bench bench;
    private final ReentrantLock running = new ReentrantLock();
    private volatile Optional<Progress> progress = Optional.empty();

    public DryRuns(Bench bench) {
        this.bench = bench;
    }

    /** A text with those that run with it. */
    private record Cast(Text text, List<RouteDefinition> routes, List<String> beside) {}

    /** What is done while no other dry run is. */
    private interface Work<T> {
        T run() throws RouteException, IOException, InterruptedException;
    }

    @Override
    public Report compare(Request request) throws RouteException, IOException, InterruptedException {
        return alone(() -> {
            Optional<Text> against = against(request);
            // Both are checked before either runs, which may take long.
            Cast candidate = cast(request.candidate(), request.beside(), request.againstName());
            Optional<Cast> other = against.isPresent()
                    ? Optional.of(cast(against.get(), request.beside(), request.againstName()))
                    : Optional.empty();
            DryRunSide tried = side(candidate, request);
            return Differences.between(
                    tried, other.isPresent() ? Optional.of(side(other.get(), request)) : Optional.empty());
        });
    }

    private Optional<Text> against(Request request) {
        if (request.against().isPresent()) {
            return request.against();
        }
        String name = request.againstName();
        Map<String, String> texts = bench.running();
        if (!texts.containsKey(name) && !name.equals(request.candidate().name())) {
            throw new IllegalArgumentException("no text '" + name + "' runs to compare with: "
                    + (texts.isEmpty() ? "none runs" : "those that run are " + texts.keySet()));
        }
        return Optional.ofNullable(texts.get(name)).map(text -> new Text(name, text));
    }

    private DryRunSide side(Cast cast, Request request) throws RouteException, IOException, InterruptedException {
        String name = cast.text().name();
        long begin = System.nanoTime();
        try (Sandbox sandbox = new Sandbox(bench, request.show())) {
            sandbox.start(name, cast.routes());
            sandbox.run(request.recording(), telling(name, sandbox));
            double seconds = (System.nanoTime() - begin) / 1e9;
            return sandbox.side(name, cast.beside(), request.recording(), seconds);
        }
    }

    @Override
    public Replay replay(ReplayRequest request) throws RouteException, IOException, InterruptedException {
        return alone(() -> {
            Cast cast = cast(request.route(), request.beside(), request.route().name());
            try (Sandbox sandbox = new Sandbox(bench, 0)) {
                ComponentResolver resolver =
                        sandbox.context().getCamelContextExtension().getContextPlugin(ComponentResolver.class);
                Settings settings = new Settings(request.alarm(), request.settings(), resolver);
                sandbox.replace("alarm", settings);
                sandbox.start(cast.text().name(), cast.routes());
                String alarm = settings.alarm();
                sandbox.run(request.recording(), telling(alarm, sandbox));
                return new Replay(
                        alarm,
                        settings.outcomes(),
                        settings.scores().points(),
                        settings.scores().longestWindow().toMillis() / 1e3,
                        settings.scores().model(),
                        sandbox.readings(),
                        sandbox.from(),
                        sandbox.to());
            }
        });
    }

    private Consumer<Double> telling(String what, Sandbox sandbox) {
        return share -> progress = Optional.of(new Progress(what, sandbox.readings(), share));
    }

    @Override
    public Optional<Progress> progress() {
        return progress;
    }

    private <T> T alone(Work<T> work) throws RouteException, IOException, InterruptedException {
        if (!running.tryLock()) {
            throw new IllegalStateException("another dry run is under way: try again when it is done");
        }
        try {
            return work.run();
        } finally {
            progress = Optional.empty();
            running.unlock();
        }
    }

    /**
     * A text with the texts beside it and the running ones that it is linked to, but for the running one that it replaces.
     *
     * @param replaced name of that one
     */
    private Cast cast(Text text, List<Text> beside, String replaced) throws RouteException, InterruptedException {
        Map<String, String> others = new LinkedHashMap<>();
        beside.forEach(other -> others.put(other.name(), other.text()));
        StringBuilder all = new StringBuilder(text.text());
        beside.forEach(other -> all.append('\n').append(other.text()));
        Map<String, String> runs = new LinkedHashMap<>(bench.running());
        runs.remove(replaced);
        runs.remove(text.name());
        runs.keySet().removeAll(others.keySet());
        others.putAll(Links.reached(all.toString(), runs));
        List<RouteDefinition> along = new ArrayList<>();
        for (Map.Entry<String, String> other : others.entrySet()) {
            along.addAll(bench.checked(other.getKey(), other.getValue(), along));
        }
        List<RouteDefinition> routes = new ArrayList<>(bench.checked(text.name(), text.text(), along));
        for (RouteDefinition route : along) {
            if (routes.stream().noneMatch(taken -> taken.getRouteId().equals(route.getRouteId()))) {
                routes.add(route);
            }
        }
        return new Cast(text, routes, List.copyOf(others.keySet()));
    }
}
