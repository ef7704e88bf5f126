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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each policy of the batcher, on models whose score is the mean of the window. */
@Timeout(60)
class BatchingPolicyTest {
    private static final OnnxGraph MEAN = OnnxGraph.mean(4, 2);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Models models = new Models();
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private final Path temp;

    BatchingPolicyTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @AfterEach
    void close() {
        go.countDown();
        models.close();
    }

    private DynamicBatcher open(OnnxGraph graph, BatchOptions options) throws Exception {
        models.activate(OnnxPackage.write(temp, "test", "1.0.0", graph));
        return models.open("test", options, "onnx:test");
    }

    private StageStatus status() {
        return models.status().get(0);
    }

    private static Window window(String asset, float value) {
        float[] values = new float[8];
        java.util.Arrays.fill(values, value);
        return OnnxPackage.window(MEAN, asset, values);
    }

    private static List<Window> windows(int count) {
        return IntStream.range(0, count).mapToObj(i -> window("a", i)).toList();
    }

    /** Has the one who delivers scores wait until {@link #go}. */
    private void block(DynamicBatcher batcher) throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        Thread submitter = new Thread(() -> batcher.submit(window("blocker", 0), new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                blocked.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }));
        submitter.start();
        blocked.await();
    }

    private ScoreCallback named(String name) {
        return new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                order.add(name);
            }

            @Override
            public void failed(ScoringException failure, boolean sync) {
                order.add(name + " " + failure.reason());
            }
        };
    }

    @Test
    void byDefaultNothingIsWaitedForAlsoWhereSizesArePreferred() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, Duration.ZERO, 64).prefer(4));
        Answers answers = new Answers();

        // Two are fewer than any preferred size, and with a delay they would wait for it.
        windows(2).forEach(window -> batcher.submit(window, answers));

        await().until(() -> answers.scores.size() == 2);
        assertThat(BatchOptions.DEFAULT.maxDelay()).isZero();
    }

    @Test
    void aPreferredSizeIsRunAtOnceAndTheRestWaits() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, LONG, 64).prefer(4));
        Answers answers = new Answers();

        windows(6).forEach(window -> batcher.submit(window, answers));

        await().until(() -> answers.scores.size() == 4);
        assertThat(status().count("queueDepth")).isEqualTo(2);
        assertThat(status().count("batchSize.4")).isEqualTo(1);
        batcher.submit(windows(2), 2, Duration.ZERO, answers);
        await().until(() -> answers.scores.size() == 8);
        assertThat(status().count("batchSize.4")).isEqualTo(2);
    }

    @Test
    void afterTheDelayWhatIsThereIsRun() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, Duration.ofMillis(50), 64).prefer(4));
        Answers answers = new Answers();

        windows(3).forEach(window -> batcher.submit(window, answers));

        await().until(() -> answers.scores.size() == 3);
        assertThat(status().measure("queueTimeP99Millis")).isGreaterThanOrEqualTo(49);
    }

    @Test
    void theMostUrgentPriorityIsTakenFirst() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(1, SHORT, 64));
        block(batcher);
        for (int priority : List.of(3, 2, 1, 3, 1)) {
            batcher.submit(List.of(window("a", 1)), priority, Duration.ZERO, named("p" + priority));
        }

        go.countDown();

        await().until(() -> order.size() == 5);
        assertThat(order).containsExactly("p1", "p1", "p2", "p3", "p3");
        assertThatThrownBy(() -> batcher.submit(windows(1), 4, Duration.ZERO, new Answers()))
                .hasMessage("priority is 4: it must be 1, the most urgent, to 3");
    }

    @Test
    void aFullQueueRejectsWhereItIsToldTo() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(2, SHORT, 4).onFull(BatchOptions.OnFull.REJECT));
        Answers answers = new Answers();
        block(batcher);
        windows(4).forEach(window -> batcher.submit(window, answers));

        boolean done = batcher.submit(window("a", 5), answers);

        assertThat(done).isTrue();
        assertThat(answers.failures).singleElement().satisfies(e -> {
            assertThat(e.reason()).isEqualTo(ScoringException.QUEUE_FULL);
            assertThat(e).hasMessageContaining("has 4 windows waiting and takes no more (maxQueue=4)");
        });
        assertThat(status().count("rejected.queue-full")).isEqualTo(1);
        go.countDown();
        await().until(() -> answers.scores.size() == 4);
    }

    @Test
    void aRequestThatWaitedTooLongIsNotScored() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, LONG, 64));

        batcher.submit(windows(1), 3, Duration.ofMillis(20), named("late"));
        batcher.submit(windows(1), 2, Duration.ZERO, named("patient"));

        await().until(() -> order.contains("late timeout"));
        assertThat(status().count("rejected.timeout")).isEqualTo(1);
    }

    @Test
    void whoWaitsForRoomGivesUpAfterTheTimeout() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(2, SHORT, 2));
        Answers answers = new Answers();
        block(batcher);
        windows(2).forEach(window -> batcher.submit(window, answers));

        boolean done = batcher.submit(windows(1), 2, Duration.ofMillis(20), answers);

        assertThat(done).isTrue();
        assertThat(answers.failures).singleElement().satisfies(e -> assertThat(e.reason())
                .isEqualTo(ScoringException.TIMEOUT));
    }

    @Test
    void closingSendsThoseAwayWhoWaitForRoom() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(2, SHORT, 2));
        Answers answers = new Answers();
        block(batcher);
        windows(2).forEach(window -> batcher.submit(window, answers));
        Thread waiting = new Thread(() -> batcher.submit(window("a", 3), answers));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        Thread closing = new Thread(() -> models.release("test"));
        closing.start();

        waiting.join();
        assertThat(answers.failures).singleElement().satisfies(e -> assertThat(e.reason())
                .isEqualTo(ScoringException.CLOSED));

        go.countDown();
        closing.join();
        assertThat(answers.scores).hasSize(2);
    }

    @Test
    void aCancelledRequestTakesNoPlaceInABatch() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, SHORT, 64));
        AtomicBoolean cancelled = new AtomicBoolean();
        Answers answers = new Answers() {
            @Override
            public boolean cancelled() {
                return cancelled.get();
            }
        };
        block(batcher);
        batcher.submit(window("a", 1), answers);
        batcher.submit(window("a", 2), named("other"));

        cancelled.set(true);
        go.countDown();

        await().until(() -> order.contains("other"));
        assertThat(answers.scores).isEmpty();
        assertThat(answers.failures).singleElement().satisfies(e -> assertThat(e.reason())
                .isEqualTo(ScoringException.CANCELLED));
        assertThat(status().count("windows")).isEqualTo(2);
        assertThat(status().count("queueDepth")).isZero();
    }

    @Test
    void aListIsOneRequestOfManyRows() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, SHORT, 64));
        Answers answers = new Answers();

        batcher.submit(windows(5), 2, Duration.ZERO, answers);

        await().until(() -> answers.scores.size() == 5);
        assertThat(answers.scores).extracting(Score::value).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0);
        assertThat(status().count("batches")).isEqualTo(1);
        assertThatThrownBy(() -> batcher.submit(windows(9), 2, Duration.ZERO, answers))
                .hasMessage("onnx:test got 9 windows in one request: it must be 1 to maxBatch, which is 8 here");
        assertThatThrownBy(() -> batcher.submit(List.of(), 2, Duration.ZERO, answers))
                .hasMessageContaining("got 0 windows");
    }

    @Test
    void aRequestThatDoesNotFitIsNotOvertaken() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(4, SHORT, 64));
        block(batcher);
        batcher.submit(windows(3), 2, Duration.ZERO, named("three"));
        batcher.submit(windows(3), 2, Duration.ZERO, named("another three"));
        batcher.submit(windows(1), 2, Duration.ZERO, named("one"));

        go.countDown();

        await().until(() -> order.size() == 3);
        assertThat(order).containsExactly("three", "another three", "one");
    }

    @Test
    void aModelWithAFixedBatchIsFilledUp() throws Exception {
        OnnxGraph fixed = OnnxGraph.mean(4, 2).batch(4);
        models.activate(OnnxPackage.write(temp, "test", "1.0.0", fixed, manifest -> {
            Packages.array(manifest.get("input"), "shape")
                    .set(0, com.fasterxml.jackson.databind.node.IntNode.valueOf(4));
            Packages.array(manifest.get("outputs").get(0), "shape")
                    .set(0, com.fasterxml.jackson.databind.node.IntNode.valueOf(4));
        }));
        DynamicBatcher batcher = models.open("test", new BatchOptions(32, SHORT, 64), "onnx:test");
        Answers answers = new Answers();

        windows(7).forEach(window -> batcher.submit(window, answers));

        await().until(() -> answers.scores.size() == 7);
        assertThat(answers.scores).extracting(Score::value).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(batcher.mostWindows()).isEqualTo(4);
    }

    @Test
    void aModelWithALongRunIsNotRunOnTheCallersThread() throws Exception {
        OnnxGraph slow = OnnxGraph.dense(64, 8, 4096, new Random(1));
        DynamicBatcher batcher = open(slow, BatchOptions.DEFAULT);
        Answers answers = new Answers();

        boolean done = batcher.submit(OnnxPackage.window(slow, "a", OnnxPackage.values(slow, 1)), answers);

        assertThat(done).isFalse();
        await().until(() -> answers.scores.size() == 1);
    }

    @Test
    void aCallerWithoutPausesGetsBatchesThoughItsOwnRunsTakeLong() throws Exception {
        DynamicBatcher batcher = open(MEAN, BatchOptions.DEFAULT);
        AtomicInteger inline = new AtomicInteger();
        Answers answers = new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                super.scored(scores, sync);
                if (sync) { // longer than the pause that counts
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        };

        for (int i = 0; i < 200; i++) {
            if (batcher.submit(window("a", i), answers)) {
                inline.incrementAndGet();
            }
        }

        await().until(() -> answers.scores.size() == 200);
        assertThat(inline.get()).isLessThan(100);
    }

    @Test
    void resultsOfAnAssetComeInOrderAlthoughSeveralInstancesRun() throws Exception {
        models.activate(OnnxPackage.write(temp, "test", "1.0.0", MEAN, manifest -> manifest.put("instances", 3)));
        DynamicBatcher batcher = models.open("test", new BatchOptions(4, Duration.ZERO, 64), "onnx:test");
        Map<String, List<Double>> byAsset = new ConcurrentHashMap<>();
        Answers answers = new Answers() {
            @Override
            public void scored(List<Score> scores, boolean sync) {
                for (Score score : scores) {
                    byAsset.computeIfAbsent(score.asset(), asset -> new ArrayList<>())
                            .add(score.value());
                }
            }
        };
        List<Thread> submitters = IntStream.range(0, 4)
                .mapToObj(asset -> new Thread(() -> {
                    for (int i = 0; i < 3_000; i++) {
                        batcher.submit(window("asset-" + asset, i), answers);
                    }
                }))
                .toList();

        submitters.forEach(Thread::start);
        for (Thread submitter : submitters) {
            submitter.join();
        }
        models.release("test");

        assertThat(byAsset).hasSize(4);
        List<Double> inOrder =
                IntStream.range(0, 3_000).mapToObj(i -> (double) i).toList();
        assertThat(byAsset.values()).allSatisfy(values -> assertThat(values).isEqualTo(inOrder));
    }

    @Test
    void twoInstancesRunAtTheSameTime() throws Exception {
        models.activate(OnnxPackage.write(temp, "test", "1.0.0", MEAN));
        DynamicBatcher batcher = models.open(
                "test",
                new BatchOptions(1, SHORT, 64),
                wanted -> new Placement(2, 1, Placement.CPU),
                "onnx:test?instances=2");
        block(batcher);

        batcher.submit(window("a", 1), named("second"));

        // The blocker holds the delivery, not the other instance: the window is run and waits for its turn.
        await().until(() -> status().count("windows") == 2);
        assertThat(order).isEmpty();
        go.countDown();
        await().until(() -> order.contains("second"));
        assertThat(status().facts()).containsEntry("placement", "instances=2&intraOpThreads=1&provider=cpu");
    }

    @Test
    void aProviderThatTheLibraryLacksIsToldByName() throws Exception {
        models.activate(OnnxPackage.write(temp, "test", "1.0.0", MEAN));

        assertThatThrownBy(() -> models.open(
                        "test", BatchOptions.DEFAULT, wanted -> new Placement(1, 1, "cuda"), "onnx:test?provider=cuda"))
                .hasMessageContaining("onnx:test?provider=cuda: the execution provider cuda is not in this ONNX Runtime"
                        + " library, which has cpu")
                .hasMessageContaining("set provider=cpu");
        assertThatThrownBy(() -> new Placement(1, 1, "gpu"))
                .hasMessage(
                        "provider is gpu: it must be one of cpu, xnnpack, acl, cuda, tensorrt, openvino, coreml, nnapi");
    }

    @Test
    void aRunThatFailsInNativeCodeFailsItsBatchAndTheNextRuns() throws Exception {
        OnnxGraph table = OnnxGraph.table(4, 2);
        DynamicBatcher batcher = open(table, new BatchOptions(8, SHORT, 64));
        Answers bad = new Answers();
        Answers good = new Answers();
        block(batcher);
        batcher.submit(window("a", 3), bad);
        batcher.submit(window("b", 700), bad);

        go.countDown();
        await().until(() -> bad.failures.size() == 2);
        batcher.submit(window("a", 5), good);
        await().until(() -> good.scores.size() == 1);

        assertThat(bad.failures).allSatisfy(e -> {
            assertThat(e.reason()).isEqualTo(ScoringException.RUN_FAILED);
            assertThat(e)
                    .hasMessageContaining("model test failed on a batch of 2 windows")
                    .hasMessageContaining("700");
        });
        assertThat(good.scores.get(0).value()).isEqualTo(5);
        assertThat(status().count("rejected.run-failed")).isEqualTo(2);
    }

    @Test
    void theStatusTellsTimesSizesAndMemory() throws Exception {
        DynamicBatcher batcher = open(MEAN, new BatchOptions(8, SHORT, 64));
        Answers answers = new Answers();
        batcher.submit(windows(5), 2, Duration.ZERO, answers);
        await().until(() -> answers.scores.size() == 5);

        StageStatus status = status();

        assertThat(status.figures())
                .containsKeys("queueTimeP50Millis", "computeTimeP99Millis", "latencyP95Millis")
                .containsEntry("batchSize.4", 1L)
                .containsEntry("inFlight", 0);
        // The input of 8 windows of 8 floats, 8 scores, and the file.
        long file = temp.resolve("test/1.0.0/model.onnx").toFile().length();
        assertThat(status.count("nativeBytes")).isEqualTo((8 * 8 + 8) * 4 + file);
    }

    @Test
    void inlineAndQueuedRequestsOfAnAssetStayInOrder() throws Exception {
        DynamicBatcher batcher = open(MEAN, BatchOptions.DEFAULT);
        Answers answers = new Answers();

        for (int i = 0; i < 200; i++) {
            batcher.submit(window("a", i), answers);
            if (i % 3 == 0) {
                // Long enough for the model to be idle again, so that the next one runs inline.
                TimeUnit.MICROSECONDS.sleep(200);
            }
        }

        await().until(() -> answers.scores.size() == 200);
        assertThat(answers.scores)
                .extracting(Score::value)
                .isEqualTo(IntStream.range(0, 200).mapToObj(i -> (double) i).toList());
    }
}
