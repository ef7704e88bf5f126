package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Score;
import io.qanat.api.StageStatus;
import io.qanat.api.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DynamicBatcherTest {
    private static final String MODEL = "mote-detector";
    private static final Duration SHORT = Duration.ofMillis(1);

    /** Batched and single runs add the same numbers in another order. */
    private static final Tolerance SAME = new Tolerance(1e-3, 1e-3);

    private final Models models = new Models();
    private final CountDownLatch go = new CountDownLatch(1);

    private final Path temp;

    DynamicBatcherTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @BeforeEach
    void activate() throws Exception {
        models.activate(Packages.shipped());
    }

    @AfterEach
    void close() {
        go.countDown();
        models.close();
    }

    private DynamicBatcher open(int maxBatch, Duration maxDelay, int queue) {
        return models.open(MODEL, new BatchOptions(maxBatch, maxDelay, queue), "onnx:" + MODEL);
    }

    private StageStatus status() {
        return models.status().get(0);
    }

    /** Has the worker wait in a callback until {@link #go}. */
    private void block(DynamicBatcher batcher) throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        batcher.submit(Packages.windows("blocker").get(0), new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                blocked.countDown();
                awaitUninterruptibly(go);
            }
        });
        blocked.await();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void scoresTheGoldenWindows() throws Exception {
        DynamicBatcher batcher = open(32, Duration.ZERO, 1024);
        Answers answers = new Answers();

        for (Window window : Packages.windows("mote-1")) {
            batcher.submit(window, answers);
        }

        await().until(() -> answers.scores.size() == 8);
        Tolerance tolerance = new Tolerance(0.1, 0.1);
        for (int i = 0; i < 8; i++) {
            assertThat(tolerance.allows(
                            answers.scores.get(i).value(), Packages.scores().get(i)))
                    .isTrue();
        }
        assertThat(answers.scores.get(0).contributions()).containsOnlyKeys("humidity", "temperature");
        assertThat(answers.scores.get(0).threshold()).isEqualTo(2.98);
    }

    @Test
    void anIdleModelScoresOnTheCallersThread() throws Exception {
        DynamicBatcher batcher = open(32, Duration.ZERO, 1024);
        Answers answers = new Answers();

        boolean done = batcher.submit(Packages.windows("mote-1").get(0), answers);

        assertThat(done).isTrue();
        assertThat(answers.scores).hasSize(1);
    }

    @Test
    void joinsTheWindowsThatWait() throws Exception {
        DynamicBatcher batcher = open(32, SHORT, 1024);
        Answers answers = new Answers();
        block(batcher);
        for (Window window : Packages.windows("mote-1")) {
            batcher.submit(window, answers);
        }

        go.countDown();

        await().until(() -> answers.scores.size() == 8);
        assertThat(status().count("batches")).isEqualTo(2);
        assertThat(status().count("windows")).isEqualTo(9);
        assertThat(status().measure("meanBatchSize")).isEqualTo(4.5);
        assertThat(status().measure("latencyP99Millis")).isPositive();
    }

    @Test
    void aFullBatchDoesNotWaitForItsDelay() throws Exception {
        DynamicBatcher batcher = open(8, Duration.ofMinutes(1), 1024);
        Answers answers = new Answers();

        for (Window window : Packages.windows("mote-1")) {
            batcher.submit(window, answers);
        }

        await().until(() -> answers.scores.size() == 8);
        assertThat(status().count("batches")).isEqualTo(1);
    }

    @Test
    void eachThreadsWindowsGetTheirScoresInOrder() throws Exception {
        DynamicBatcher batcher = open(32, Duration.ZERO, 256);
        List<Double> alone = scoresAlone(batcher);
        List<Answers> answers = Collections.synchronizedList(new ArrayList<>());

        inThreads(4, thread -> {
            List<Window> windows = Packages.windows("mote-" + thread);
            Answers mine = new Answers();
            answers.add(mine);
            for (int i = 0; i < 2_000; i++) {
                batcher.submit(windows.get(i % 8), mine);
            }
        });

        await().until(() -> answers.stream().allMatch(mine -> mine.scores.size() == 2_000));
        for (Answers mine : answers) {
            String asset = mine.scores.get(0).asset();
            for (int i = 0; i < 2_000; i++) {
                Score score = mine.scores.get(i);
                assertThat(score.asset()).isEqualTo(asset);
                assertThat(SAME.allows(score.value(), alone.get(i % 8)))
                        .as("window %d: %s, alone %s", i, score.value(), alone.get(i % 8))
                        .isTrue();
            }
        }
        assertThat(status().measure("meanBatchSize")).isGreaterThanOrEqualTo(2);
        assertThat(status().count("failures")).isZero();
    }

    private static List<Double> scoresAlone(DynamicBatcher batcher) throws Exception {
        List<Double> alone = new ArrayList<>();
        for (Window window : Packages.windows("alone")) {
            Answers answer = new Answers();
            batcher.submit(window, answer);
            await().until(() -> !answer.scores.isEmpty());
            alone.add(answer.scores.get(0).value());
        }
        return alone;
    }

    @Test
    void aFullQueueMakesTheSubmitterWait() throws Exception {
        DynamicBatcher batcher = open(2, SHORT, 4);
        Answers answers = new Answers();
        AtomicInteger submitted = new AtomicInteger();
        block(batcher);
        Window window = Packages.windows("mote-1").get(0);
        Thread submitter = new Thread(() -> IntStream.range(0, 20).forEach(i -> {
            batcher.submit(window, answers);
            submitted.incrementAndGet();
        }));
        submitter.start();

        await().until(() -> submitter.getState() == Thread.State.WAITING);
        assertThat(submitted).hasValue(4);
        assertThat(status().count("queueDepth")).isEqualTo(4);

        go.countDown();
        await().until(() -> answers.scores.size() == 20);
        submitter.join();
    }

    @Test
    void closingCompletesWhatWasSubmitted() throws Exception {
        DynamicBatcher batcher = open(4, Duration.ofMinutes(1), 1024);
        Answers answers = new Answers();
        for (Window window : Packages.windows("mote-1").subList(0, 3)) {
            batcher.submit(window, answers);
        }

        models.release(MODEL);

        assertThat(answers.scores).hasSize(3);
        batcher.submit(Packages.windows("mote-1").get(0), answers);
        assertThat(answers.failures).singleElement().satisfies(e -> assertThat(e.reason())
                .isEqualTo(ScoringException.CLOSED));
    }

    @Test
    void aSwapUnderLoadFailsNoWindow() throws Exception {
        DynamicBatcher batcher = open(16, Duration.ZERO, 64);
        Path newer = Packages.newer(temp);
        Answers answers = new Answers();
        AtomicInteger submitted = new AtomicInteger();
        AtomicBoolean loading = new AtomicBoolean(true);
        List<Window> windows = Packages.windows("mote-1");
        List<Thread> submitters = IntStream.range(0, 3)
                .mapToObj(i -> new Thread(() -> {
                    while (loading.get()) {
                        batcher.submit(windows.get(submitted.getAndIncrement() % 8), answers);
                    }
                }))
                .toList();
        submitters.forEach(Thread::start);

        for (int i = 0; i < 5; i++) {
            models.activate(newer);
            models.activate(Packages.shipped());
        }
        models.activate(newer);
        loading.set(false);
        for (Thread submitter : submitters) {
            submitter.join();
        }
        models.release(MODEL);

        assertThat(answers.failures).isEmpty();
        assertThat(answers.scores).hasSize(submitted.get());
        assertThat(answers.scores.stream().map(score -> score.model().version()).distinct())
                .containsExactlyInAnyOrder("1.0.0", "1.0.1");
    }

    @Test
    void aWindowWithoutAFiniteScoreFailsAlone() throws Exception {
        DynamicBatcher batcher = open(32, SHORT, 1024);
        Answers good = new Answers();
        Answers bad = new Answers();
        block(batcher);
        float[] values = new float[32];
        Arrays.fill(values, Float.NaN);
        batcher.submit(Packages.windows("mote-1").get(0), good);
        batcher.submit(Packages.window("mote-2", values), bad);
        batcher.submit(Packages.windows("mote-1").get(1), good);

        go.countDown();

        await().until(() -> good.scores.size() == 2);
        assertThat(bad.failures).singleElement().satisfies(e -> {
            assertThat(e.reason()).isEqualTo(ScoringException.NOT_FINITE);
            assertThat(e).hasMessageContaining("mote-2");
        });
        assertThat(status().count("failures")).isEqualTo(1);
        assertThat(status().count("batches")).isEqualTo(2);
    }

    @Test
    void aWindowOfAnotherShapeIsRefusedAtOnce() {
        DynamicBatcher batcher = open(32, Duration.ZERO, 1024);
        Window window = Packages.window("mote-1", 1, 2, 3, 4);

        assertThatThrownBy(() -> batcher.submit(window, new Answers()))
                .hasMessageContaining(
                        "expected a window of [16,2] humidity,temperature; got [2,2] humidity,temperature");
    }

    @Test
    void aCallbackMaySubmitAgainEvenWhenTheQueueIsFull() throws Exception {
        DynamicBatcher batcher = open(1, SHORT, 1);
        Window window = Packages.windows("mote-1").get(0);
        AtomicInteger left = new AtomicInteger(500);
        CountDownLatch end = new CountDownLatch(1);
        Answers again = new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                if (left.decrementAndGet() > 0) {
                    batcher.submit(window, this);
                    batcher.submit(window, new Answers());
                } else {
                    end.countDown();
                }
            }
        };

        batcher.submit(window, again);

        end.await();
    }

    @Test
    void aCallbackOnTheCallersThreadMaySubmitAgainWithoutEnd() throws Exception {
        DynamicBatcher batcher = open(32, Duration.ZERO, 1024);
        Window window = Packages.windows("mote-1").get(0);
        AtomicInteger left = new AtomicInteger(20_000);
        CountDownLatch end = new CountDownLatch(1);

        batcher.submit(window, new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                if (left.decrementAndGet() > 0) {
                    batcher.submit(window, this);
                } else {
                    end.countDown();
                }
            }
        });

        end.await();
    }

    @Test
    void aCallbackThatThrowsDoesNotEndTheWorker() throws Exception {
        DynamicBatcher batcher = open(32, SHORT, 1024);
        Answers answers = new Answers();
        batcher.submit(Packages.windows("mote-1").get(0), new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                throw new NoClassDefFoundError("for the test");
            }
        });

        batcher.submit(Packages.windows("mote-1").get(1), answers);

        await().until(() -> answers.scores.size() == 1);
    }

    private static void inThreads(int count, Work work) throws Exception {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    work.run(number);
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private interface Work {
        void run(int number) throws Exception;
    }
}
