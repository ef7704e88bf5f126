package io.qanat.inference;

import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import io.qanat.api.Score;
import io.qanat.api.Window;
import io.qanat.inference.camel.OnnxComponent;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What scoring costs over ONNX Runtime itself, at three levels that alternate in one process: a raw loop over pinned
 * direct buffers, the batcher, and exchanges through a route. See docs/inference.md for the command.
 */
@Command(
        name = "inference",
        description =
                "What scoring costs: a raw ONNX Runtime loop, the batcher, and exchanges through onnx:, with an empty"
                        + " route beside.",
        mixinStandardHelpOptions = true)
public final class InferenceBenchmark implements Callable<Integer> {
    private static final int BATCH = 32;
    private static final int REPETITIONS = 15;
    private static final int WARM_UPS = 2;
    private static final int MOST_INSTANCES = 2;
    private static final int IN_FLIGHT = 512;
    private static final int ASSETS = 64;
    private static final long PACE_NANOS = 500_000;
    private static final int LOW_LOAD_REQUESTS = 2_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "0.2",
            description = "Length of one measurement; each is repeated 15 times. Default: ${DEFAULT-VALUE}.")
    private double seconds = 0.2;

    @Override
    public Integer call() throws Exception {
        System.setProperty(
                "qanat.models",
                Path.of(System.getProperty("qanat.home", "."), "models").toString());
        Path temp = Files.createTempDirectory("qanat-benchmark");
        OnnxGraph mean = OnnxGraph.mean(1, 2);
        OnnxGraph dense = OnnxGraph.dense(32, 2, 32, new Random(7));
        OnnxGraph conv = OnnxGraph.conv1d(64, 2, 16, new Random(7));
        System.out.println(
                "| model | level, sessions | us per window by the clock | over raw | us of the busiest thread"
                        + " | over raw | of raw | bytes per window |");
        saturation("dense 64-32-64", OnnxPackage.write(temp, "dense", "1.0.0", dense), samples(dense));
        saturation("conv1d 64x2", OnnxPackage.write(temp, "conv", "1.0.0", conv), samples(conv));
        saturation("mote-detector", Packages.shipped(), Packages.windows("a"));
        lowLoad("mean of 2 values", OnnxPackage.write(temp, "mean", "1.0.0", mean), samples(mean));
        return 0;
    }

    private static List<Window> samples(OnnxGraph graph) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < ASSETS; i++) {
            windows.add(OnnxPackage.window(graph, "asset-" + i, OnnxPackage.values(graph, i % 4)));
        }
        return windows;
    }

    private void saturation(String name, Path folder, List<Window> windows) throws Exception {
        List<Level> levels = new ArrayList<>();
        for (int instances = 1; instances <= MOST_INSTANCES; instances++) {
            levels.add(new Raw(folder, windows, instances));
            levels.add(new Direct(folder, windows, instances));
            levels.add(new Route(folder, windows, instances));
        }
        levels.add(new Empty(windows));
        double[][] nanos = new double[levels.size()][REPETITIONS];
        double[][] busy = new double[levels.size()][REPETITIONS];
        double[][] bytes = new double[levels.size()][REPETITIONS];
        for (int i = -WARM_UPS; i < REPETITIONS; i++) {
            for (int level = 0; level < levels.size(); level++) {
                Measured measured = levels.get(level).saturate((long) (seconds * 1e9));
                if (i >= 0) {
                    nanos[level][i] = measured.nanosPerRow();
                    busy[level][i] = measured.busyPerRow();
                    bytes[level][i] = measured.bytesPerRow();
                }
            }
        }
        for (Level level : levels) {
            level.close();
        }
        print(name, levels, nanos, busy, bytes);
    }

    private static void print(String name, List<Level> levels, double[][] nanos, double[][] busy, double[][] bytes) {
        double raw = 0;
        double rawBusy = 0;
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            // Each level stands beside the raw loop with as many sessions, measured in the same round.
            if (level.getClass() == Empty.class) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | empty route | %s | - | %s | - | - | %.0f |%n",
                        name,
                        spread(nanos[i]),
                        spread(busy[i]),
                        median(bytes[i]));
                continue;
            }
            raw = level instanceof Raw ? median(nanos[i]) : raw;
            rawBusy = level instanceof Raw ? median(busy[i]) : rawBusy;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s, %d | %s | %.2f | %s | %.2f | %.0f %% | %.0f |%n",
                    name,
                    level.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    level.instances,
                    spread(nanos[i]),
                    (median(nanos[i]) - raw) / 1e3,
                    spread(busy[i]),
                    (median(busy[i]) - rawBusy) / 1e3,
                    100 * rawBusy / median(busy[i]),
                    median(bytes[i]));
        }
    }

    /** Median, least and most in microseconds. */
    private static String spread(double[] nanos) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f-%.2f)",
                median(nanos) / 1e3,
                Arrays.stream(nanos).min().orElse(0) / 1e3,
                Arrays.stream(nanos).max().orElse(0) / 1e3);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void lowLoad(String name, Path folder, List<Window> windows) throws Exception {
        List<Level> levels =
                List.of(new Raw(folder, windows, 1), new Direct(folder, windows, 1), new Route(folder, windows, 1));
        double[][] p50 = new double[levels.size()][REPETITIONS];
        double[][] p99 = new double[levels.size()][REPETITIONS];
        double[] bytes = new double[levels.size()];
        for (int i = -WARM_UPS; i < REPETITIONS; i++) {
            for (int level = 0; level < levels.size(); level++) {
                long before = allocated();
                long[] times = times(levels.get(level));
                bytes[level] = (double) (allocated() - before) / times.length;
                if (i >= 0) {
                    p50[level][i] = times[times.length / 2];
                    p99[level][i] = times[times.length * 99 / 100];
                }
            }
        }
        for (Level level : levels) {
            level.close();
        }
        for (int level = 0; level < levels.size(); level++) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s, one each 0.5 ms | p50 %.1f, p99 %.1f | added p50 %.1f, p99 %.1f | %.0f bytes |%n",
                    name,
                    levels.get(level).getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    median(p50[level]) / 1e3,
                    median(p99[level]) / 1e3,
                    (median(p50[level]) - median(p50[0])) / 1e3,
                    (median(p99[level]) - median(p99[0])) / 1e3,
                    bytes[level]);
        }
    }

    private static long[] times(Level level) throws Exception {
        long[] times = new long[LOW_LOAD_REQUESTS];
        long next = System.nanoTime();
        for (int i = 0; i < times.length; i++) {
            next += PACE_NANOS;
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            long start = System.nanoTime();
            level.one(i);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return times;
    }

    /**
     * @param nanosPerRow by the clock
     * @param busyPerRow processor time of the busiest thread: what the clock would show if nothing else ran
     * @param bytesPerRow allocated by all threads
     */
    private record Measured(double nanosPerRow, double busyPerRow, double bytesPerRow) {}

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .sum();
    }

    private static Map<Long, Long> busy() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<Long, Long> times = new HashMap<>();
        for (long id : threads.getAllThreadIds()) {
            times.put(id, threads.getThreadCpuTime(id));
        }
        return times;
    }

    private static long busiest(Map<Long, Long> before) {
        return busy().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .max()
                .orElse(0);
    }

    /** One way to have rows scored. */
    private abstract static class Level {
        final List<Window> windows;
        final int instances;
        private final AtomicLong completed = new AtomicLong();
        private long submitted;

        Level(List<Window> windows, int instances) {
            this.windows = windows;
            this.instances = instances;
        }

        /** Submits as fast as rows complete, from one thread. */
        Measured saturate(long nanos) throws Exception {
            long rows = 0;
            Map<Long, Long> busy = busy();
            long bytes = allocated();
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                for (int i = 0; i < ASSETS; i++) {
                    submit(windows.get(i % windows.size()));
                }
                rows += ASSETS;
                submitted += ASSETS;
                if (submitted - completed.get() > IN_FLIGHT - ASSETS) {
                    awaitAtMost(IN_FLIGHT / 2);
                }
            }
            awaitAtMost(0);
            long took = System.nanoTime() - start;
            long made = allocated() - bytes;
            return new Measured((double) took / rows, (double) busiest(busy) / rows, (double) made / rows);
        }

        /** Asleep for a moment at a time: a wake-up for each row would be the dearest part of it. */
        private void awaitAtMost(long inFlight) {
            while (submitted - completed.get() > inFlight) {
                LockSupport.parkNanos(20_000);
            }
        }

        final void done() {
            completed.incrementAndGet();
        }

        /** One row, and waits for its score. */
        void one(int index) throws Exception {
            Semaphore arrived = new Semaphore(0);
            submit(windows.get(index % windows.size()), arrived);
            arrived.acquire();
        }

        abstract void submit(Window window) throws Exception;

        abstract void submit(Window window, Semaphore arrived) throws Exception;

        abstract void close() throws Exception;
    }

    /** A thread per session in a loop, on buffers that are filled anew for each run. */
    private static final class Raw extends Level {
        private final List<ModelSession> sessions;
        private final List<BatchBuffers> buffers = new ArrayList<>();
        private double sum;

        Raw(Path folder, List<Window> windows, int instances) throws Exception {
            super(windows, instances);
            sessions = ModelSession.load(ModelPackage.read(folder), new Placement(instances, 1, Placement.CPU));
            sessions.forEach(session -> buffers.add(session.buffers(BATCH)));
        }

        @Override
        Measured saturate(long nanos) throws Exception {
            Map<Long, Long> busy = busy();
            long bytes = allocated();
            long start = System.nanoTime();
            List<Future<Long>> loops = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(instances);
            for (BatchBuffers on : buffers) {
                loops.add(threads.submit(() -> loop(on, start + nanos)));
            }
            long rows = 0;
            for (Future<Long> loop : loops) {
                rows += loop.get();
            }
            long took = System.nanoTime() - start;
            long made = allocated() - bytes;
            long busiest = busiest(busy);
            threads.shutdown();
            return new Measured((double) took / rows, (double) busiest / rows, (double) made / rows);
        }

        private long loop(BatchBuffers on, long end) throws OrtException {
            long rows = 0;
            while (System.nanoTime() < end) {
                on.begin();
                for (int i = 0; i < BATCH; i++) {
                    on.put(windows.get(i % windows.size()));
                }
                on.run(BATCH);
                rows += BATCH;
            }
            return rows;
        }

        @Override
        void one(int index) throws Exception {
            BatchBuffers on = buffers.get(0);
            on.begin();
            on.put(windows.get(index % windows.size()));
            on.run(1);
            sum += on.score(0);
        }

        @Override
        void submit(Window window) {
            throw new UnsupportedOperationException();
        }

        @Override
        void submit(Window window, Semaphore arrived) {
            throw new UnsupportedOperationException();
        }

        @Override
        void close() {
            if (Double.isNaN(sum)) {
                throw new IllegalStateException("the model gave NaN: the times say nothing");
            }
            buffers.forEach(BatchBuffers::close);
            sessions.forEach(ModelSession::close);
        }
    }

    /** The batcher's own interface. */
    private static final class Direct extends Level {
        private final Models models = new Models();
        private final DynamicBatcher batcher;
        private final Counted counted = new Counted(this::done);

        Direct(Path folder, List<Window> windows, int instances) throws Exception {
            super(windows, instances);
            String name = models.activate(folder).name();
            batcher = models.open(
                    name,
                    new BatchOptions(BATCH, Duration.ZERO, 1024),
                    wanted -> new Placement(instances, 1, Placement.CPU),
                    "onnx:" + name);
        }

        @Override
        void submit(Window window) {
            batcher.submit(window, counted);
        }

        @Override
        void submit(Window window, Semaphore arrived) {
            batcher.submit(window, new Counted(arrived::release));
        }

        @Override
        void close() {
            models.close();
        }
    }

    private record Counted(Runnable done) implements ScoreCallback {
        @Override
        public void scored(List<Score> scores, boolean sync) {
            done.run();
        }

        @Override
        public void failed(ScoringException failure, boolean sync) {
            throw new IllegalStateException(failure);
        }
    }

    /** An exchange for each row, through a route whose one step does nothing. */
    private static class Empty extends Level {
        private final DefaultCamelContext context;
        private final AsyncProcessor start;

        Empty(List<Window> windows) throws Exception {
            this(windows, 1, new DefaultCamelContext(), route -> route.process(exchange -> {}));
        }

        Empty(List<Window> windows, int instances, DefaultCamelContext context, Consumer<RouteDefinition> step)
                throws Exception {
            super(windows, instances);
            this.context = context;
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    step.accept(from("direct:windows"));
                }
            });
            context.start();
            AsyncProducer producer = context.getEndpoint("direct:windows").createAsyncProducer();
            producer.start();
            start = producer;
        }

        @Override
        void submit(Window window) {
            process(window, doneSync -> done());
        }

        @Override
        void submit(Window window, Semaphore arrived) {
            process(window, doneSync -> arrived.release());
        }

        private void process(Window window, AsyncCallback callback) {
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setBody(window);
            start.process(exchange, callback);
        }

        @Override
        void close() {
            context.stop();
        }
    }

    /** The same with the model as its step. */
    private static final class Route extends Empty {
        private final Models models;

        Route(Path folder, List<Window> windows, int instances) throws Exception {
            this(new Models(), folder, windows, instances);
        }

        private Route(Models models, Path folder, List<Window> windows, int instances) throws Exception {
            super(
                    windows,
                    instances,
                    context(models),
                    step("onnx:" + models.activate(folder).name() + "?maxBatch=" + BATCH + "&instances=" + instances));
            this.models = models;
        }

        private static DefaultCamelContext context(Models models) {
            DefaultCamelContext context = new DefaultCamelContext();
            context.addComponent("onnx", new OnnxComponent(models));
            return context;
        }

        private static Consumer<RouteDefinition> step(String uri) {
            return route -> route.to(uri);
        }

        @Override
        void close() {
            super.close();
            models.close();
        }
    }
}
