package io.qanat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Receipt;
import io.qanat.api.Settlement;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ingress with a journal whose commits the test controls: what happens in which order. */
class IngressTest {
    private static final int CAPACITY = 4;

    private final TestJournal journal = new TestJournal();
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final TestPipeline pipeline = new TestPipeline();
    private volatile boolean connected = true;

    private final Ingress ingress = new JournallingIngress(
            new IngressConfig("plant", CAPACITY, 1000, true), journal, pipeline, Clock.systemUTC());

    @AfterEach
    void close() {
        pipeline.finishAll();
        ingress.close();
    }

    /** A message of which the test sees whether it was acknowledged. */
    private final class Message implements Delivery {
        private final int number;
        private final boolean atLeastOnce;

        Message(int number, boolean atLeastOnce) {
            this.number = number;
            this.atLeastOnce = atLeastOnce;
        }

        @Override
        public boolean acknowledge(Receipt receipt) {
            if (connected) {
                acknowledged.add(number);
            }
            return connected;
        }

        @Override
        public void refuse(String why) {
            refused.add(number + ": " + why);
        }

        @Override
        public boolean atLeastOnce() {
            return atLeastOnce;
        }
    }

    private void receive(int number) {
        ingress.receive(new Message(number, true), Readings.payload(number));
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void acknowledgesOnlyAfterTheJournalsCommit() {
        ingress.start();
        journal.hold();
        receive(1);
        receive(2);

        assertThat(journal.held()).isEqualTo(2);
        assertThat(acknowledged).isEmpty();
        assertThat(pipeline.processed()).isEmpty();

        journal.commit();
        await().untilAsserted(() -> assertThat(acknowledged).containsExactly(1, 2));
        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(1, 2));
    }

    @Test
    void acknowledgesAndProcessesInTheOrderOfArrival() {
        ingress.start();
        upTo(500).forEach(this::receive);

        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(500)));
        assertThat(acknowledged).isEqualTo(upTo(500));
    }

    @Test
    void acknowledgesNothingThatTheJournalRefuses() {
        ingress.start();
        journal.refuse(true);
        receive(1);
        ingress.receive(new Message(2, true), new byte[0]);
        journal.refuse(false);
        receive(3);

        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(3));
        assertThat(acknowledged).containsExactly(3);
        assertThat(refused).containsExactly("1: disk full", "2: disk full");
        assertThat(ingress.figures()).containsEntry("notJournalled", 2L);
        assertThat(journal.rejected()).isEmpty();
    }

    @Test
    void acknowledgesARedeliveredReadingAndDoesNotProcessItAgain() {
        ingress.start();
        receive(1);
        receive(1);
        receive(2);

        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(1, 2));
        assertThat(acknowledged).containsExactly(1, 1, 2);
    }

    @Test
    void countsAndAcknowledgesWhatIsNoReading() {
        ingress.start();
        ingress.receive(new Message(1, true), "{".getBytes(StandardCharsets.UTF_8));
        ingress.receive(new Message(2, true), new byte[1_000_000]);

        await().untilAsserted(() -> assertThat(acknowledged).containsExactly(1, 2));
        assertThat(journal.rejected()).isEqualTo(Map.of("malformed", 1, "too-large", 1));
    }

    @Test
    void acknowledgesNothingMoreWhileThePipelineIsFull() {
        pipeline.hold();
        ingress.start();
        upTo(10).forEach(this::receive);

        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(CAPACITY)));
        assertThat(acknowledged).isEqualTo(upTo(CAPACITY));
        assertThat(ingress.inFlight()).isEqualTo(CAPACITY);

        pipeline.finishAll();
        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(10)));
        await().untilAsserted(() -> assertThat(acknowledged).isEqualTo(upTo(10)));
    }

    @Test
    void rejectsMessagesOfQos0ThatThePipelineHasNoRoomFor() {
        pipeline.hold();
        ingress.start();
        upTo(20).forEach(number -> ingress.receive(new Message(number, false), Readings.payload(number)));

        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(CAPACITY)));
        assertThat(journal.rejected().get("qos0-overflow")).isBetween(10, 16);
        // Those that were rejected wait for nothing.
        assertThat(ingress.waiting()).isLessThanOrEqualTo(CAPACITY);
    }

    @Test
    void discardsStaleAcknowledgementsAndStillProcessesWhatIsJournalled() {
        ingress.start();
        journal.hold();
        receive(1);
        connected = false;
        journal.commit();

        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(1));
        assertThat(acknowledged).isEmpty();
        assertThat(ingress.figures()).containsEntry("staleAcknowledgements", 1L).containsEntry("acknowledged", 0L);
    }

    @Test
    void takesUpOpenRowsBeforeNewMessages() {
        Instant before = Instant.parse("2026-01-01T00:00:00Z");
        for (int number : List.of(7, 8)) {
            journal.leaveOpen(new JournalEntry(number, "plant", Readings.payload(number), before));
        }
        ingress.start();
        receive(9);

        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(7, 8, 9));
        assertThat(acknowledged).containsExactly(9);
        assertThat(journal.settled()).extracting(Settlement::members).contains(List.of(7L), List.of(8L));
    }

    @Test
    void closeLeavesWhatWaitsAndDrainsWhatIsOnItsWay() throws InterruptedException {
        pipeline.hold();
        ingress.start();
        upTo(10).forEach(this::receive);
        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(CAPACITY)));

        Thread closing = new Thread(ingress::close, "closing");
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(journal.settled()).isEmpty();
        pipeline.finishAll();
        closing.join();

        assertThat(ingress.inFlight()).isZero();
        assertThat(journal.settled()).hasSameSizeAs(pipeline.processed());
        assertThat(pipeline.processed()).hasSizeBetween(CAPACITY, CAPACITY + 1);
        assertThat(acknowledged).isEqualTo(pipeline.processed());
    }

    @Test
    void settlesAReadingWhoseRouteThrowsAndGoesOn() {
        List<Integer> seen = new ArrayList<>();
        Ingress throwing = new JournallingIngress(
                new IngressConfig("plant", 1, 1000, true),
                journal,
                (journey, delivery, done) -> {
                    seen.add(Readings.number(journey.reading()));
                    throw new IllegalStateException("no such bean");
                },
                Clock.systemUTC());
        throwing.start();
        upTo(3).forEach(number -> throwing.receive(new Message(number, true), Readings.payload(number)));

        await().untilAsserted(() -> assertThat(journal.settled()).hasSize(3));
        throwing.close();
        assertThat(seen).containsExactly(1, 2, 3);
        assertThat(journal.settled())
                .allMatch(settlement -> settlement.outcome() == Outcome.REJECTED
                        && settlement.reason().equals(Journey.ROUTE_FAILURE));
        assertThat(throwing.figures()).containsEntry("routeFailures", 3L);
    }
}
