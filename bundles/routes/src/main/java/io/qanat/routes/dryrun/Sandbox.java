package io.qanat.routes.dryrun;

import io.qanat.api.DryRun.Recording;
import io.qanat.api.DryRunSide;
import io.qanat.api.Journal;
import io.qanat.api.OutboxQueue;
import io.qanat.api.RouteException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.Component;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * One run: a Camel context of its own whose sources are a recording and whose sinks count.
 *
 * <pre>
 * recording --> Source --> the routes: window, onnx, alarm, outbox ... --> Sinks, AlarmLog
 *                  |            state of their own, over
 *                  +--> MemoryJournal --> MemoryOutbox --> the forwarders among the routes --> Sinks
 * </pre>
 *
 * <p>Threads: one; the exchanges go on where the stages have them go on.
 */
final class Sandbox implements AutoCloseable {
    /** Readings under way: enough to fill the model's batches, and far less than wait for it at most. */
    private static final int UNDER_WAY = 128;

    private static final long DRAIN_SECONDS = 60;
    private static final long POLL_MILLIS = 2;

    private final Bench bench;
    private final ReplayClock clock = new ReplayClock();
    private final MemoryOutbox outbox = new MemoryOutbox();
    private final MemoryJournal journal = new MemoryJournal(outbox::store);
    private final Sources sources = new Sources();
    private final Sinks sinks;
    private final AlarmLog alarms = new AlarmLog();
    private final Failures failures = new Failures();
    private final ModelCamelContext context;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private long readings;
    private @Nullable Instant from;

    /** @param show so many payloads are kept of each endpoint */
    Sandbox(Bench bench, int show) {
        this.bench = bench;
        this.sinks = new Sinks(show);
        this.context = bench.context("qanat-dry-run");
        // The stages find these in the context's registry, and then build upon them and not upon the gateway's.
        context.getRegistry().bind("qanat-dry-run-journal", Journal.class, journal);
        context.getRegistry().bind("qanat-dry-run-outbox", OutboxQueue.class, outbox);
        context.getRegistry().bind("qanat-dry-run-clock", Clock.class, clock);
        ComponentResolver gateway = context.getCamelContextExtension().getContextPlugin(ComponentResolver.class);
        context.getCamelContextExtension()
                .addContextPlugin(ComponentResolver.class, new TrialComponents(gateway, sources, sinks));
        context.getCamelContextExtension().addInterceptStrategy(new AlarmWatch(alarms::changed));
    }

    ModelCamelContext context() {
        return context;
    }

    /** Puts another component in the place of one; before {@link #start}. */
    void replace(String scheme, Component component) {
        context.addComponent(scheme, component);
    }

    /**
     * Starts the routes.
     *
     * @param text its name, for messages
     * @throws RouteException when one does not start
     */
    void start(String text, List<RouteDefinition> routes) throws RouteException, InterruptedException {
        try {
            bench.change(context, () -> {
                context.start();
                ServiceHelper.startService(failures);
                context.getManagementStrategy().addEventNotifier(failures);
                for (RouteDefinition route : routes) {
                    silence(route);
                    context.addRouteDefinition(route);
                }
                return context;
            });
        } catch (RouteException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            SettingRefused.rethrow(e);
            throw new RouteException(text + ": does not start in a dry run: " + reason(e), e);
        }
    }

    /** What a route writes into the log is a sink as well. */
    private static void silence(RouteDefinition route) {
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), LogDefinition.class)
                .forEach(log -> log.setLoggingLevel("OFF"));
    }

    /** Behind what Camel wraps around each failure. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /**
     * Sends the recording through the routes, and waits for the last reading and what came of it.
     *
     * @param progress hears of each thousandth reading and the share of the file that was read
     * @throws IOException with file and line where the recording is wrong
     */
    void run(Recording recording, Consumer<Double> progress) throws IOException, InterruptedException, RouteException {
        List<Source> fed = sources.fed(recording.source());
        if (fed.isEmpty()) {
            throw new RouteException("no source takes the recording: " + known(recording.source()));
        }
        try (RecordingReader reader = RecordingReader.open(recording.file())) {
            Optional<RecordedReading> next = reader.next();
            while (next.isPresent()) {
                feed(next.get(), fed);
                if (readings % 1_000 == 0) {
                    progress.accept(reader.share());
                }
                next = reader.next();
            }
        }
        if (readings == 0) {
            throw new IOException(recording.file() + ":1: the recording has no reading");
        }
        finish();
    }

    private String known(String asked) {
        List<String> names = sources.all().stream().map(Source::label).sorted().toList();
        if (names.isEmpty()) {
            return "the routes do not begin with any, such as qanat-mqtt:";
        }
        return asked.isEmpty() ? "the routes have only " + names : "the routes have no '" + asked + "' but " + names;
    }

    private void feed(RecordedReading reading, List<Source> fed) throws InterruptedException {
        readings++;
        from = from == null || reading.observedAt().isBefore(from) ? reading.observedAt() : from;
        clock.reach(reading.observedAt());
        for (Source source : fed) {
            source.feed(reading, journal, room);
        }
    }

    private void finish() throws InterruptedException {
        if (!room.tryAcquire(UNDER_WAY, DRAIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException((UNDER_WAY - room.availablePermits()) + " readings did not leave the routes"
                    + " within " + DRAIN_SECONDS + " s: a step waits for something that does not come");
        }
        awaitQuiet();
        outbox.awaitForwarded();
        awaitQuiet();
    }

    /** Until nothing waits in a queue between routes and no copy of an exchange is under way, as of wireTap. */
    private void awaitQuiet() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while ((queued() > 0 || context.getInflightRepository().size() > 0) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private int queued() {
        return context.getEndpoints().stream()
                .filter(SedaEndpoint.class::isInstance)
                .mapToInt(endpoint -> ((SedaEndpoint) endpoint).getCurrentQueueSize())
                .sum();
    }

    long readings() {
        return readings;
    }

    Instant from() {
        return from == null ? Instant.EPOCH : from;
    }

    Instant to() {
        return clock.instant();
    }

    AlarmLog alarms() {
        return alarms;
    }

    /** Ends the run and tells what came of it. */
    DryRunSide side(String text, List<String> beside, Recording recording, double seconds) {
        List<Source> fed = sources.fed(recording.source());
        List<String> got = fed.stream().map(Source::label).sorted().toList();
        List<String> silent = sources.all().stream()
                .filter(source -> !fed.contains(source))
                .map(Source::label)
                .sorted()
                .toList();
        // What is still on its way, such as in a seda: queue, completes before the context has stopped.
        close();
        journal.end();
        return new DryRunSide(
                text,
                beside,
                got,
                silent,
                readings,
                from(),
                to(),
                journal.ledgers(),
                alarms.raised(),
                alarms.cleared(),
                alarms.alarms(),
                new TreeMap<>(outbox.stored()),
                sinks.sent(),
                Map.copyOf(failures.counts()),
                seconds);
    }

    @Override
    public void close() {
        context.stop();
    }
}
