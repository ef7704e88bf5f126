package io.qanat.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Measurement;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readings that bring one channel each. */
class JoinedWindowTest {
    private final Ingress ingress = new Ingress(options(2, 1));

    private static WindowOptions options(int length, int stride) {
        return new WindowOptions(List.of("humidity", "temperature"), length, stride, 100, Duration.ofMillis(500));
    }

    private Optional<Window> humidity(int second) {
        return ingress.reading("mote-1", second, new Measurement("humidity", second, "%RH"));
    }

    private Optional<Window> temperature(int second) {
        return ingress.reading("mote-1", second, new Measurement("temperature", -second, "C"));
    }

    private long figure(String name) {
        return ingress.windows().status().get(0).figures().getOrDefault(name, 0).longValue();
    }

    @Test
    void joinsChannelsThatCameInMessagesOfTheirOwn() {
        humidity(1);
        temperature(1);
        humidity(2);
        Window window = temperature(2).orElseThrow();

        assertThat(window.values()).containsExactly(1, -1, 2, -2);
        assertThat(window.from()).isEqualTo(Ingress.START.plusSeconds(1));
        assertThat(window.to()).isEqualTo(Ingress.START.plusSeconds(2));
        assertThat(ingress.journal.settlements().get(0).members()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(ingress.journal.released()).containsExactly(0L, 1L);
    }

    @Test
    void joinsThemAlsoWhenOneChannelRunsAhead() {
        humidity(1);
        humidity(2);
        temperature(1);

        assertThat(temperature(2).orElseThrow().values()).containsExactly(1, -1, 2, -2);
    }

    @Test
    void takesReadingsThatHaveAllChannelsBesideSingleOnes() {
        ingress.second(1);
        temperature(2);

        assertThat(humidity(2).orElseThrow().values()).containsExactly(1, -1, 2, -2);
    }

    @Test
    void doesNotJoinWhatWasObservedTooFarApart() {
        humidity(1);
        temperature(2);

        assertThat(ingress.journal.settlements()).isEmpty();
        assertThat(figure("waiting")).isEqualTo(2);
    }

    @Test
    void rejectsReadingsWhoseOtherChannelDidNotComeBeforeTheWindowClosed() {
        humidity(1);
        ingress.second(2);
        ingress.second(3);

        assertThat(ingress.journal.settlements())
                .filteredOn(settlement -> settlement.outcome() == Outcome.REJECTED)
                .singleElement()
                .satisfies(settlement -> {
                    assertThat(settlement.reason()).isEqualTo("missing-channel");
                    assertThat(settlement.released()).containsExactly(0L);
                });
        assertThat(figure("rejected.missing-channel")).isEqualTo(1);
    }

    @Test
    void keepsNoMoreRowsWaitingThanAWindowHasWhenAChannelNeverComes() {
        for (int second = 1; second <= 10; second++) {
            humidity(second);
        }

        assertThat(figure("waiting")).isEqualTo(2);
        assertThat(ingress.journal.settlements())
                .extracting(Settlement::released)
                .containsExactly(
                        List.of(0L),
                        List.of(1L),
                        List.of(2L),
                        List.of(3L),
                        List.of(4L),
                        List.of(5L),
                        List.of(6L),
                        List.of(7L));
    }

    @Test
    void aRowThatWasHalfThereIsCompletedAfterARestart() {
        ingress.second(1);
        humidity(2);

        assertThat(ingress.restart()).isEmpty();

        assertThat(temperature(2).orElseThrow().values()).containsExactly(1, -1, 2, -2);
    }

    @Test
    void countsAHalfRowAsUnscoredWhenTheStreamEnds() {
        ingress.second(1);
        humidity(2);

        ingress.windows().closeUnscored();

        assertThat(ingress.journal.settlements())
                .singleElement()
                .extracting(Settlement::unscored)
                .isEqualTo(2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesTheSameWindowsAsReadingsOfAllChannelsWhicheverChannelComesFirst(long seed) {
        Random random = new Random(seed);
        Ingress whole = new Ingress(new WindowOptions(List.of("humidity", "temperature"), 4, 2, 100));
        List<Window> expected = new ArrayList<>();
        List<Window> joined = new ArrayList<>();
        Ingress single = new Ingress(options(4, 2));
        for (int second = 0; second < 50; second++) {
            int now = second;
            whole.second(now).ifPresent(expected::add);
            List<Measurement> channels = new ArrayList<>(
                    List.of(new Measurement("humidity", now, "%RH"), new Measurement("temperature", -now, "C")));
            Collections.shuffle(channels, random);
            channels.stream()
                    .flatMap(channel -> single.reading("mote-1", now, channel).stream())
                    .forEach(joined::add);
            if (random.nextInt(10) == 0) {
                joined.addAll(single.restart());
            }
        }

        assertThat(joined).hasSameSizeAs(expected);
        assertThat(joined.stream().map(Window::values))
                .containsExactlyElementsOf(Stream.of(expected)
                        .flatMap(List::stream)
                        .map(Window::values)
                        .toList());
    }

    @Test
    void refusesANegativeSpan() {
        assertThatThrownBy(() -> new WindowOptions(List.of("a"), 2, 1, 100, Duration.ofMillis(-1)))
                .hasMessage("joinWithin is -1 ms: it must be 0, for no join, or more");
    }
}
