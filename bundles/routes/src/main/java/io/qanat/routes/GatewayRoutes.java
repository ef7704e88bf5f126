package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.api.RouteState;
import io.qanat.api.RouteVersion;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.routes.LoadedRoutes.Loaded;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of one running Camel context, text by text. A text replaces the routes of an earlier text of its name.
 *
 * <p>Threads: any; one change at a time.
 */
final class GatewayRoutes implements RouteLoader, StageStatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRoutes.class);

    /** In the place of a file's hash: whatever file comes is a new one. */
    private static final String FILE_GONE = "gone";

    private final ModelCamelContext context;
    private final RouteHost host;
    private final Optional<RouteHistory> history;
    private final Clock clock;
    private final RouteSwap swap;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile LoadedRoutes loaded = LoadedRoutes.NONE;

    /** The routes that ran and do not start again, each with the reason. */
    private final Map<String, String> failed = new ConcurrentHashMap<>();

    /** The texts whose last version was refused, each with the reason. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    /**
     * @param context that runs; its owner stops it
     * @param history where versions are kept, empty when none are
     */
    GatewayRoutes(ModelCamelContext context, RouteHost host, Optional<RouteHistory> history, Clock clock) {
        this.context = context;
        this.host = host;
        this.history = history;
        this.clock = clock;
        this.swap = new RouteSwap(context);
    }

    @Override
    public List<String> load(String name, String text) throws RouteException {
        return remembered(name, () -> run(name, text, ""));
    }

    /**
     * Takes the content of a configured or watched file: as a new version when it has changed since it was last taken, else
     * the version runs that did, also when that is another one by now.
     *
     * @return ids of the routes that now run, none when the text was removed
     */
    List<String> takeFile(String name, String content) throws RouteException {
        return remembered(name, () -> {
            String hash = RouteHistory.hash(content);
            if (history.isEmpty() || !kept().file(name).equals(hash)) {
                return takeNew(name, content, hash);
            }
            int version = kept().running(name);
            return version == 0 ? List.of() : run(name, kept().text(name, version), "");
        });
    }

    /** When the new one is refused at the start of a gateway, what ran before it runs again. */
    private List<String> takeNew(String name, String content, String hash) throws Exception {
        try {
            return run(name, content, hash);
        } catch (RouteException e) {
            if (loaded.of(name).isEmpty() && history.isPresent() && kept().running(name) > 0) {
                run(name, kept().text(name, kept().running(name)), "");
            }
            throw e;
        }
    }

    /** Runs the version that ran before a restart, of a text that came from no file. */
    void resume(String name) throws RouteException {
        remembered(name, () -> run(name, kept().text(name, kept().running(name)), ""));
    }

    /** The texts that ran before a restart and came from no file. */
    List<String> withoutFile() throws RouteException {
        List<String> names = new ArrayList<>();
        if (history.isPresent()) {
            for (String name : kept().names()) {
                if (kept().running(name) > 0 && kept().file(name).isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** The text of the version that would run, for {@link #awaitNeeds}. */
    String resumed(String name) throws RouteException {
        return kept().text(name, kept().running(name));
    }

    @Override
    public void check(String name, String text) throws RouteException {
        exclusively(name, () -> RouteText.checked(name, text, context, host, loaded.besides(name, context)));
    }

    @Override
    public List<String> rollback(String name, int version) throws RouteException {
        return remembered(name, () -> {
            int target = version > 0 ? version : before(name);
            return run(name, kept().text(name, target), "");
        });
    }

    private int before(String name) throws RouteException {
        int running = kept().running(name);
        return history(name).stream()
                .mapToInt(RouteVersion::number)
                .filter(number -> running == 0 || number < running)
                .max()
                .orElseThrow(() -> new RouteException(name + " has no version before " + running));
    }

    @Override
    public void remove(String name) throws RouteException {
        remove(name, "");
    }

    /** The file of a text is gone: a file of this name that comes later is a new one. */
    void fileGone(String name) throws RouteException {
        if (loaded.of(name).isEmpty()) {
            refused.remove(name);
        } else {
            remove(name, FILE_GONE);
        }
    }

    private void remove(String name, String file) throws RouteException {
        if (loaded.of(name).isEmpty()) {
            throw new RouteException("no routes of a text " + name + " run: there are " + loaded.texts());
        }
        remembered(name, () -> {
            swap(name, List.of(), "its routes cannot be stopped");
            loaded = loaded.without(name);
            if (history.isPresent()) {
                kept().runs(name, 0, file);
            }
            LOG.info("The routes of {} are removed", name);
            return List.of();
        });
    }

    @Override
    public List<RouteVersion> history(String name) throws RouteException {
        List<RouteVersion> versions = kept().versions(name);
        if (versions.isEmpty()) {
            throw new RouteException("there was no text " + name + ": there are " + kept().names());
        }
        int running = loaded.versionOf(name);
        return versions.stream()
                .map(version ->
                        new RouteVersion(name, version.number(), version.loadedAt(), version.number() == running))
                .toList();
    }

    @Override
    public String text(String name, int version) throws RouteException {
        int number = version > 0 ? version : loaded.versionOf(name);
        if (number == 0) {
            throw new RouteException("no routes of a text " + name + " run: there are " + loaded.texts());
        }
        return kept().text(name, number);
    }

    private RouteHistory kept() throws RouteException {
        return history.orElseThrow(() ->
                new RouteException("no versions are kept: set directory in the configuration " + ConfiguredRoutes.PID));
    }

    /** The texts of which routes run, by name. */
    Map<String, String> texts() {
        return loaded.contents();
    }

    /** The routes of a text that is tried and never runs here: it may name the ids of what runs. */
    List<RouteDefinition> tried(String name, String text, List<RouteDefinition> beside) throws RouteException {
        Set<String> sources = new HashSet<>(loaded.besides(name, context).sources());
        beside.forEach(route -> sources.add(LoadedRoutes.source(route, context)));
        OtherRoutes besides = new OtherRoutes(Map.of(), sources);
        return exclusively(name, () -> RouteText.checked(name, text, context, host, besides)
                .routes());
    }

    /** Remembers for the status that a text does not run as it now is. */
    void refuse(String name, String reason) {
        refused.put(name, reason);
    }

    /** Why the last text of this name was refused. */
    Optional<String> refusal(String name) {
        return Optional.ofNullable(refused.get(name));
    }

    private List<String> remembered(String name, Callable<List<String>> change) throws RouteException {
        try {
            List<String> ids = exclusively(name, change);
            refused.remove(name);
            return ids;
        } catch (RouteException e) {
            refuse(name, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private <T> T exclusively(String name, Callable<T> change) throws RouteException {
        changes.lock();
        try {
            return host.change(change);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouteException(name + ": interrupted while it was loaded; the running routes stay", e);
        } catch (RouteException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new RouteException(name + ": cannot be loaded: " + e.getMessage(), e);
        } finally {
            changes.unlock();
        }
    }

    private List<String> run(String name, String text, String file) throws RouteException, InterruptedException {
        RouteText checked = RouteText.checked(name, text, context, host, loaded.besides(name, context));
        int version = history.isPresent() ? kept().keep(name, text) : 0;
        Map<String, Loaded> next = new LinkedHashMap<>();
        for (RouteDefinition route : checked.routes()) {
            RouteFigures figures = new RouteFigures(clock);
            route.routePolicy(figures);
            next.put(route.getRouteId(), new Loaded(name, text, version, route, figures));
        }
        List<RouteDefinition> old = loaded.of(name);
        try {
            swap.replace(old, checked.routes());
        } catch (StartFailure failure) {
            throw new RouteException(explain(checked, failure), failure);
        }
        settle(name, version, file, old, checked);
        loaded = loaded.without(name).with(next);
        LOG.info("The routes {} of {} run (version {}); they replaced {}", next.keySet(), name, version, ids(old));
        return List.copyOf(next.keySet());
    }

    /** What a restart would not know does not run. */
    private void settle(String name, int version, String file, List<RouteDefinition> old, RouteText checked)
            throws RouteException {
        if (history.isEmpty()) {
            return;
        }
        try {
            kept().runs(name, version, file);
        } catch (RouteException e) {
            try {
                swap.replace(checked.routes(), old);
            } catch (StartFailure failure) {
                e.addSuppressed(failure);
            }
            throw e;
        }
    }

    private void swap(String name, List<RouteDefinition> next, String problem) throws RouteException {
        try {
            swap.replace(loaded.of(name), next);
        } catch (StartFailure failure) {
            throw new RouteException(name + ": " + problem + ": " + failure.getMessage(), failure);
        }
    }

    private static List<String> ids(List<RouteDefinition> routes) {
        return routes.stream().map(RouteDefinition::getRouteId).toList();
    }

    private static String explain(RouteText text, StartFailure failure) {
        StringBuilder message = new StringBuilder(text.line(
                failure.routeId(), "the route '" + failure.routeId() + "' does not start: " + failure.getMessage()));
        for (Throwable second : failure.getSuppressed()) {
            message.append("\nThe earlier routes do not run again either: ").append(second.getMessage());
        }
        return message.toString();
    }

    /**
     * Waits until all components, beans and models that a text needs are there.
     *
     * @return what is missing after the timeout, each with what to do; empty also when the text has mistakes, which
     *     loading it will show
     */
    List<String> awaitNeeds(String name, String text, Duration timeout) throws InterruptedException {
        return Needs.of(name, text, context, host).await(timeout, context, host);
    }

    @Override
    public List<RouteState> routes() {
        return new RouteStates(context, loaded).routes();
    }

    @Override
    public List<StageStatus> status() {
        failed.keySet().retainAll(loaded.routes().keySet());
        return List.of(new RouteStates(context, loaded).status(failed, refused));
    }

    /** @param failure why a route that ran did not start again, empty when it did */
    void supervised(String id, String failure) {
        if (failure.isEmpty()) {
            failed.remove(id);
        } else {
            failed.put(id, failure);
        }
    }

    LoadedRoutes loaded() {
        return loaded;
    }
}
