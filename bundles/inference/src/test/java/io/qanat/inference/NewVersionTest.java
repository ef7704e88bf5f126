package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.ModelRef;
import io.qanat.api.ModelVersion;
import io.qanat.api.ModelVersion.State;
import io.qanat.api.StageStatus;
import io.qanat.api.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version beside the running one, and one that errs once it runs. */
@Timeout(120)
class NewVersionTest {
    private static final OnnxGraph MEAN = OnnxGraph.mean(4, 2);
    private static final String MODEL = "test";

    private final Path models;
    private final Path temp;
    private final InstalledModels installed;

    NewVersionTest(@TempDir Path temp) throws Exception {
        this.temp = temp;
        this.models = temp.resolve("models");
        OnnxPackage.write(models, MODEL, "1.0.0", MEAN);
        this.installed = open();
    }

    private InstalledModels open() {
        return new InstalledModels(
                models,
                temp.resolve("added"),
                new PackageSignature(PackageSignature.Policy.REQUIRE, temp.resolve("keys")));
    }

    @AfterEach
    void close() {
        installed.close();
    }

    private DynamicBatcher open(int maxBatch) {
        return installed.models().open(MODEL, new BatchOptions(maxBatch, Duration.ofMillis(1), 64), "onnx:test");
    }

    private StageStatus status() {
        return installed.status().get(0);
    }

    private String active() {
        return installed.active(MODEL).map(ModelRef::version).orElse("none");
    }

    private static Window window(float value) {
        return OnnxPackage.window(MEAN, "a", value, value, value, value, value, value, value, value);
    }

    private static void submitUntil(DynamicBatcher batcher, float value, Answers answers, BooleanSupplier enough) {
        await().until(() -> {
            batcher.submit(window(value), answers);
            return enough.getAsBoolean();
        });
    }

    private static OnnxGraph twice() {
        return OnnxGraph.of(4, 2).reduceMean("input", "mean", 1, 2).node("Add", List.of("mean", "mean"), "score");
    }

    @Test
    void aShadowSeesTheSameWindowsAndChangesNothing() throws Exception {
        OnnxPackage.write(models, MODEL, "1.1.0", twice());
        DynamicBatcher batcher = open(8);
        Answers answers = new Answers();

        installed.shadow(MODEL, "1.1.0");
        for (int i = 0; i < 4; i++) {
            batcher.submit(window(0.75F), answers);
        }

        await().until(() -> status().count("shadow.compared") == 4);
        assertThat(answers.scores)
                .hasSize(4)
                .allSatisfy(score -> assertThat(score.model().version()).isEqualTo("1.0.0"));
        // 0.75 against 1.5, and the threshold is 1.
        assertThat(status().measure("shadow.meanDifference")).isEqualTo(0.75);
        assertThat(status().measure("shadow.maxDifference")).isEqualTo(0.75);
        assertThat(status().count("shadow.disagreed")).isEqualTo(4);
        assertThat(status().facts()).containsEntry("shadow.version", "1.1.0");
        assertThat(installed.versions()).contains(new ModelVersion(MODEL, "1.1.0", State.SHADOW));

        installed.endShadow(MODEL);
        assertThat(status().facts()).doesNotContainKey("shadow.version");
    }

    @Test
    void aShadowThatFailsIsCountedAndChangesNothing() throws Exception {
        OnnxPackage.write(models, MODEL, "1.1.0", OnnxGraph.table(4, 2));
        DynamicBatcher batcher = open(8);
        Answers answers = new Answers();

        installed.shadow(MODEL, "1.1.0");
        batcher.submit(window(100), answers);

        await().until(() -> status().count("shadow.failed") == 1);
        await().until(() -> answers.scores.size() == 1);
        assertThat(answers.failures).isEmpty();
        assertThat(active()).isEqualTo("1.0.0");
    }

    @Test
    void activatingTheShadowEndsIt() throws Exception {
        OnnxPackage.write(models, MODEL, "1.1.0", twice());
        installed.shadow(MODEL, "1.1.0");

        installed.activate(MODEL, "1.1.0");

        assertThat(installed.versions())
                .containsExactly(
                        new ModelVersion(MODEL, "1.1.0", State.ACTIVE),
                        new ModelVersion(MODEL, "1.0.0", State.INSTALLED));
    }

    @Test
    void aShadowOfAnotherShapeIsRefused() throws Exception {
        OnnxPackage.write(models, MODEL, "1.1.0", OnnxGraph.mean(8, 2));

        assertThatThrownBy(() -> installed.shadow(MODEL, "1.1.0"))
                .hasMessageContaining("model test 1.1.0 takes windows of float32 [n,8,2]");
    }

    @Test
    void aNewVersionWhoseRunsFailIsRolledBack() throws Exception {
        OnnxPackage.write(models, MODEL, "0.9.0", OnnxGraph.table(4, 2));
        DynamicBatcher batcher = open(1);
        Answers answers = new Answers();

        installed.activate(MODEL, "0.9.0");
        submitUntil(batcher, 100, answers, () -> active().equals("1.0.0"));

        assertThat(answers.failures).allSatisfy(e -> assertThat(e.reason()).isEqualTo(ScoringException.RUN_FAILED));
        Answers after = new Answers();
        batcher.submit(window(100), after);
        await().until(() -> after.scores.size() == 1);
        installed.close();
        InstalledModels restarted = open();
        assertThat(restarted.active(MODEL)).map(ModelRef::version).contains("1.0.0");
        restarted.close();
    }

    @Test
    void aNewVersionThatGivesNaNIsRolledBack() throws Exception {
        OnnxPackage.write(models, MODEL, "0.9.0", OnnxGraph.logarithm(4, 2));
        DynamicBatcher batcher = open(4);
        Answers answers = new Answers();

        installed.activate(MODEL, "0.9.0");
        submitUntil(batcher, -1, answers, () -> active().equals("1.0.0"));

        assertThat(answers.failures).isNotEmpty().allSatisfy(e -> assertThat(e.reason())
                .isEqualTo(ScoringException.NOT_FINITE));
    }

    @Test
    void aNewVersionThatIsFarSlowerIsRolledBack() throws Exception {
        OnnxGraph slow = OnnxGraph.dense(4, 2, 200_000, new Random(1));
        OnnxPackage.write(models, MODEL, "0.9.0", slow);
        DynamicBatcher batcher = open(1);
        Answers answers = new Answers();
        // Without a pause, so that the fastest of them is as fast as a run can be.
        for (int i = 0; i < 500; i++) {
            batcher.submit(window(1), answers);
        }
        await().until(() -> answers.scores.size() == 500);

        installed.activate(MODEL, "0.9.0");
        Answers during = new Answers();
        for (int i = 0; i < 60; i++) {
            batcher.submit(window(1), during);
        }

        // A busy machine needs many seconds for the slow runs.
        await().atMost(Duration.ofMinutes(1)).until(() -> active().equals("1.0.0"));
        await().until(() -> during.scores.size() == 60);
        assertThat(during.failures).isEmpty();
    }

    @Test
    void aNewVersionThatIsAsItShouldBeStays() throws Exception {
        OnnxPackage.write(models, MODEL, "1.1.0", twice());
        DynamicBatcher batcher = open(1);
        Answers answers = new Answers();
        for (int i = 0; i < 200; i++) {
            batcher.submit(window(1), answers);
        }

        installed.activate(MODEL, "1.1.0");
        Answers during = new Answers();
        for (int i = 0; i < 1_100; i++) {
            batcher.submit(window(i % 50 == 0 ? Float.NaN : 1), during);
        }

        await().until(() -> during.scores.size() + during.failures.size() == 1_100);
        assertThat(active()).isEqualTo("1.1.0");
    }

    @Test
    void limitsThatAreSetDecideInsteadOfTheDefaultOnes() throws Exception {
        assertThat(faultAfter(new RollbackLimits(1_000, 1, 10, 8), 1)).startsWith("1 of its first 1 runs failed");
        assertThat(faultAfter(new RollbackLimits(1_000, 5, 10, 8), 4)).isEmpty();
        assertThat(faultAfter(new RollbackLimits(1_000, 5, 10, 8), 5)).startsWith("5 of its first 5 runs failed");
    }

    @Test
    void aLimitOfZeroIsNoReason() throws Exception {
        assertThat(faultAfter(new RollbackLimits(1_000, 0, 10, 8), 50)).isEmpty();
        assertThat(faultAfter(new RollbackLimits(0, 1, 10, 8), 50)).isEmpty();
    }

    @Test
    void whatIsBeyondTheBatchesThatAreWatchedIsNoReason() throws Exception {
        assertThat(faultAfter(new RollbackLimits(2, 3, 10, 8), 10)).isEmpty();
    }

    @Test
    void theShareOfScoresThatAreNoNumbersAndTheTimeAreLimitsToo() throws Exception {
        assertThat(notFinite(new RollbackLimits(1_000, 3, 50, 8), 40)).isEmpty();
        assertThat(notFinite(new RollbackLimits(1_000, 3, 30, 8), 40)).contains("got a score that is no number");
        assertThat(notFinite(new RollbackLimits(1_000, 3, 100, 8), 100)).isEmpty();
        assertThat(slower(new RollbackLimits(1_000, 3, 10, 20), 10)).isEmpty();
        assertThat(slower(new RollbackLimits(1_000, 3, 10, 5), 10)).contains("took more than 5 times as long");
        assertThat(slower(new RollbackLimits(1_000, 3, 10, 0), 1_000)).isEmpty();
    }

    @Test
    void aLimitThatMakesNoSenseIsToldByItsName() {
        assertThatThrownBy(() -> new RollbackLimits(1_000, 3, 101, 8))
                .hasMessage("rollbackNotFinitePercent is 101: it must be 0 to 100");
        assertThatThrownBy(() -> new RollbackLimits(1_000, 3, 10, 1))
                .hasMessage("rollbackTimesSlower is 1: it must be 0 or 2 to 1000");
        assertThatThrownBy(() -> new RollbackLimits(-1, 3, 10, 8)).hasMessageStartingWith("rollbackBatches is -1");
        assertThatThrownBy(() -> new RollbackLimits(1, -3, 10, 8)).hasMessageStartingWith("rollbackFailedRuns is -3");
    }

    private static Batch batch(boolean finite) {
        Request request = new Request(List.of(window(1)), 2, 0, Long.MAX_VALUE, new Answers());
        if (!finite) {
            request.fail(new ScoringException(ScoringException.NOT_FINITE, "NaN"));
        }
        return new Batch(0, List.of(request), 1);
    }

    private static String faultAfter(RollbackLimits limits, int failedRuns) {
        return fault(limits, new RunTimes(), probation -> {
            for (int i = 0; i < failedRuns; i++) {
                probation.ran(batch(true), 0);
            }
        });
    }

    private static String notFinite(RollbackLimits limits, int ofHundred) {
        return fault(limits, new RunTimes(), probation -> {
            for (int i = 0; i < 100; i++) {
                probation.ran(batch(i * 37 % 100 >= ofHundred), 1_000);
            }
        });
    }

    private static String slower(RollbackLimits limits, int times) {
        RunTimes before = new RunTimes();
        for (int i = 0; i < 10; i++) {
            before.add(1, 1_000);
        }
        return fault(limits, before, probation -> {
            for (int i = 0; i < 60; i++) {
                probation.ran(batch(true), 1_000L * times);
            }
        });
    }

    /** @return what was told, empty when nothing was */
    private static String fault(RollbackLimits limits, RunTimes before, java.util.function.Consumer<Probation> runs) {
        StringBuilder told = new StringBuilder();
        runs.accept(new Probation(limits, before, told::append));
        return told.toString();
    }
}
