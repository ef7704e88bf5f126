package io.qanat.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Measurement;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import io.qanat.api.StageStatus;
import io.qanat.api.Window;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowStageTest {
    private static final WindowOptions SLIDING = options(4, 1);
    private final Ingress ingress = new Ingress(SLIDING);

    private static WindowOptions options(int length, int stride) {
        return new WindowOptions(List.of("humidity", "temperature"), length, stride, 100);
    }

    @Test
    void deliversAWindowOnceItIsFull() {
        assertThat(ingress.second(1)).isEmpty();
        assertThat(ingress.second(2)).isEmpty();
        assertThat(ingress.second(3)).isEmpty();
        Window window = ingress.second(4).orElseThrow();
        assertThat(window.asset()).isEqualTo("mote-1");
        assertThat(window.channels()).containsExactly("humidity", "temperature");
        assertThat(window.values()).containsExactly(1, -1, 2, -2, 3, -3, 4, -4);
        assertThat(window.from()).isEqualTo(Ingress.START.plusSeconds(1));
        assertThat(window.to()).isEqualTo(Ingress.START.plusSeconds(4));
    }

    @Test
    void slidesByTheStrideAndReleasesWhatNoLaterWindowNeeds() {
        Ingress byTwo = new Ingress(options(4, 2));
        for (int second = 0; second < 6; second++) {
            byTwo.second(second);
        }
        assertThat(byTwo.journal.settlements())
                .extracting(Settlement::members)
                .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(2L, 3L, 4L, 5L));
        assertThat(byTwo.journal.settlements())
                .extracting(Settlement::released)
                .containsExactly(List.of(0L, 1L), List.of(2L, 3L));
    }

    @Test
    void tumblesWhenTheStrideIsTheLength() {
        Ingress tumbling = new Ingress(options(2, 2));
        List<Optional<Window>> windows =
                List.of(tumbling.second(0), tumbling.second(1), tumbling.second(2), tumbling.second(3));
        assertThat(windows).extracting(Optional::isPresent).containsExactly(false, true, false, true);
        assertThat(tumbling.journal.released()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void sortsReadingsThatComeOutOfOrderWhileTheWindowIsOpen() {
        ingress.second(3);
        ingress.second(1);
        ingress.second(4);
        assertThat(ingress.second(2).orElseThrow().values()).containsExactly(1, -1, 2, -2, 3, -3, 4, -4);
        assertThat(ingress.journal.released()).as("entry of the oldest").containsExactly(1L);
    }

    @Test
    void keepsTheOrderOfArrivalAmongReadingsOfOneInstant() {
        for (int entry = 0; entry < 4; entry++) {
            ingress.second(7);
        }
        assertThat(ingress.journal.settlements().get(0).members()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void takesTheArrivalOfTheReadingThatCompletedTheWindow() {
        ingress.second(1);
        ingress.second(2);
        ingress.second(4);
        assertThat(ingress.second(3).orElseThrow().arrivalNanos()).isEqualTo(1003);
    }

    @Test
    void ordersTheColumnsAsTheOptionsDo() {
        Ingress single = new Ingress(options(1, 1));
        Window window = single.reading(
                        "mote-1", 0, new Measurement("temperature", 20, "C"), new Measurement("humidity", 45, ""))
                .orElseThrow();
        assertThat(window.values()).containsExactly(45, 20);
    }

    @Test
    void rejectsAnUnknownChannel() {
        ingress.reading("mote-1", 0, new Measurement("humidity", 1, ""), new Measurement("pressure", 1, ""));
        assertThat(rejection()).isEqualTo(WindowStage.UNKNOWN_CHANNEL);
        assertThat(status().count("rejected.unknown-channel")).isEqualTo(1);
    }

    @Test
    void rejectsAReadingThatLacksAChannel() {
        ingress.reading("mote-1", 0, new Measurement("humidity", 1, ""));
        assertThat(rejection()).isEqualTo(WindowStage.MISSING_CHANNEL);
    }

    @Test
    void rejectsAValueThatNoFloatHolds() {
        ingress.reading("mote-1", 0, new Measurement("humidity", 1e300, ""), new Measurement("temperature", 1, ""));
        assertThat(rejection()).isEqualTo(WindowStage.VALUE_OUT_OF_RANGE);
    }

    @Test
    void rejectsAReadingOlderThanTheLastClosedWindow() {
        fillFirstWindow();
        ingress.second(3);
        assertThat(rejection()).isEqualTo(WindowStage.LATE);
        assertThat(ingress.second(4)).as("of the very end: not late").isPresent();
    }

    @Test
    void rejectsReadingsOfMoreAssetsThanMayHaveAWindow() {
        Ingress two = new Ingress(new WindowOptions(List.of("humidity", "temperature"), 4, 1, 2));
        two.reading("mote-1", 0);
        two.reading("mote-2", 0);
        two.reading("mote-3", 0);
        assertThat(two.journal.settlements())
                .extracting(Settlement::reason)
                .containsExactly(WindowStage.TOO_MANY_ASSETS);
    }

    @Test
    void keepsTheAssetsApart() {
        for (int second = 0; second < 3; second++) {
            ingress.reading("mote-1", second);
            ingress.reading("mote-2", second + 50);
        }
        assertThat(ingress.reading("mote-1", 3)).isPresent();
        assertThat(ingress.reading("mote-2", 2)).as("late for mote-1 only").isPresent();
    }

    @Test
    void continuesAfterARestartWithTheWindowItWouldHaveClosed() {
        fillFirstWindow();
        assertThat(ingress.restart()).isEmpty();
        assertThat(ingress.second(5).orElseThrow().values()).containsExactly(2, -2, 3, -3, 4, -4, 5, -5);
    }

    @Test
    void closesAWindowAgainThatWasNotSettledBeforeTheCrash() {
        fillFirstWindow();
        ingress.lost(5);
        assertThat(ingress.restart()).extracting(Window::to).containsExactly(Ingress.START.plusSeconds(5));
        assertThat(ingress.journal.released()).containsExactly(0L, 1L);
    }

    @Test
    void newReadingsAreLateAfterARestartToo() {
        fillFirstWindow();
        ingress.restart();
        ingress.second(3);
        assertThat(rejection()).isEqualTo(WindowStage.LATE);
    }

    @Test
    void aReplayedReadingThatNoWindowNeedsAnyMoreIsLate() {
        fillFirstWindow();
        ingress.lost(1);
        ingress.restart();
        assertThat(rejection()).isEqualTo(WindowStage.LATE);
    }

    @Test
    void aReplayThatMeetsARunningWindowChangesNothing() {
        ingress.second(1);
        ingress.second(2);
        ingress.second(3);
        assertThat(ingress.replay()).isEmpty();
        assertThat(status().count("waiting")).isEqualTo(3);
        assertThat(ingress.second(4)).isPresent();
    }

    @Test
    void refusesAStateThatItCannotRead() {
        fillFirstWindow();
        MemoryJournal journal = new MemoryJournal();
        journal.settle(new Settlement(
                Outcome.NORMAL,
                "",
                List.of(),
                List.of(),
                0,
                List.of(new StageState("window:mote", "mote-1", "version 9")),
                List.of()));
        assertThatThrownBy(() -> new RunningWindows(journal).enter("mote", SLIDING))
                .hasMessageContaining("window:mote cannot read its state of asset mote-1")
                .hasMessageContaining("version 9");
    }

    @Test
    void countsWhatNoWindowScoredWhenTheStreamEnds() {
        fillFirstWindow();
        ingress.reading("mote-2", 1);
        ingress.windows().closeUnscored().join();
        Settlement last = ingress.journal.settlements().get(1);
        assertThat(last.outcome()).isEqualTo(Outcome.NORMAL);
        assertThat(last.members()).isEmpty();
        assertThat(last.released()).as("the unscored one last").containsExactly(1L, 2L, 3L, 4L);
        assertThat(last.unscored())
                .as("mote-2's; the others were in mote-1's window")
                .isEqualTo(1);
        assertThat(status().count("waiting")).isZero();
    }

    @Test
    void knowsAfterARestartWhatWasScoredBefore() {
        fillFirstWindow();
        ingress.lost(4);
        ingress.restart(options(9, 6));
        ingress.windows().closeUnscored().join();
        assertThat(ingress.journal.settlements().get(1).unscored()).isEqualTo(1);
    }

    @Test
    void endingAStreamTwiceSettlesOnce() {
        ingress.second(1);
        ingress.windows().closeUnscored().join();
        ingress.windows().closeUnscored().join();
        assertThat(ingress.journal.released()).containsExactly(0L);
    }

    @Test
    void saysWhatItHolds() {
        fillFirstWindow();
        assertThat(status().stage()).isEqualTo("window:mote");
        assertThat(status().count("readings")).isEqualTo(4);
        assertThat(status().count("windows")).isEqualTo(1);
        assertThat(status().count("assets")).isEqualTo(1);
        assertThat(status().count("waiting")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void releasesEveryEntryExactlyOnce(long seed) {
        Random random = new Random(seed);
        int length = 1 + random.nextInt(8);
        Ingress any = new Ingress(options(length, 1 + random.nextInt(length)));
        for (int step = 0; step < 500; step++) {
            int second = step + random.nextInt(6);
            switch (random.nextInt(20)) {
                case 0 -> any.restart();
                case 1 -> {
                    any.lost(second);
                    any.restart();
                }
                case 2 -> any.reading("mote-1", second, new Measurement("humidity", 1, ""));
                default -> any.reading("mote-" + random.nextInt(3), second);
            }
        }
        any.windows().closeUnscored().join();
        assertThat(any.journal.released())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, any.arrivals()).boxed().toList());
    }

    private void fillFirstWindow() {
        for (int second = 1; second <= 4; second++) {
            ingress.second(second);
        }
    }

    private String rejection() {
        Settlement last =
                ingress.journal.settlements().get(ingress.journal.settlements().size() - 1);
        assertThat(last.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(last.released()).containsExactly(ingress.arrivals() - 1);
        return last.reason();
    }

    private StageStatus status() {
        return ingress.windows().status().get(0);
    }
}
