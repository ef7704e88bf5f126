package io.qanat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.Receipt;
import io.qanat.api.Settlement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ingress of a volatile source: what it does without waiting for the journal, and what it still waits for. */
class VolatileIngressTest {
    private static final int CAPACITY = 4;

    private final TestJournal journal = new TestJournal();
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final TestPipeline pipeline = new TestPipeline();

    private final Ingress ingress = new JournallingIngress(
            new IngressConfig("fast", CAPACITY, 1000, false), journal, pipeline, Clock.systemUTC());

    @BeforeEach
    void start() {
        ingress.start();
    }

    @AfterEach
    void close() {
        pipeline.finishAll();
        ingress.close();
    }

    @Test
    void acknowledgesAndProcessesWithoutACommit() {
        journal.hold();
        upTo(500).forEach(this::receive);

        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(500)));
        assertThat(acknowledged).isEqualTo(upTo(500));
        assertThat(journal.appended())
                .hasSize(500)
                .noneMatch(arrival -> arrival.durable() || arrival.payload().length > 0);
        await().untilAsserted(() -> assertThat(journal.settled()).hasSize(500));
        assertThat(journal.settled()).extracting(Settlement::released).startsWith(List.of(1L), List.of(2L));
    }

    @Test
    void acknowledgesNothingMoreWhileThePipelineIsFull() {
        pipeline.hold();
        upTo(10).forEach(this::receive);

        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(CAPACITY)));
        assertThat(acknowledged).isEqualTo(upTo(CAPACITY));
        assertThat(journal.appended()).hasSize(CAPACITY);

        pipeline.finishAll();
        await().untilAsserted(() -> assertThat(acknowledged).isEqualTo(upTo(10)));
    }

    @Test
    void acknowledgesWhatIsNoReadingInItsTurn() {
        journal.hold();
        receive(1);
        ingress.receive(new Message(2), new byte[0]);
        receive(3);

        await().untilAsserted(() -> assertThat(acknowledged).containsExactly(1, 2, 3));
        journal.commit();
        assertThat(journal.rejected()).isEqualTo(Map.of("empty", 1));
    }

    @Test
    void acknowledgesARedeliveredReadingAndDoesNotProcessItAgain() {
        List.of(1, 1, 2).forEach(this::receive);

        await().untilAsserted(() -> assertThat(acknowledged).containsExactly(1, 1, 2));
        assertThat(pipeline.processed()).containsExactly(1, 2);
        await().until(() -> ingress.inFlight() == 0);
    }

    @Test
    void acknowledgesNothingThatTheJournalRefuses() {
        journal.refuse(true);
        receive(1);
        await().untilAsserted(() -> assertThat(refused).containsExactly("1: disk full"));
        journal.refuse(false);
        receive(2);

        await().untilAsserted(() -> assertThat(pipeline.processed()).containsExactly(2));
        assertThat(acknowledged).containsExactly(2);
        assertThat(ingress.figures()).containsEntry("notJournalled", 1L);
    }

    @Test
    void closeLeavesWhatWaitsUncountedWithTheBrokerAndDrainsWhatIsOnItsWay() throws InterruptedException {
        pipeline.hold();
        upTo(10).forEach(this::receive);
        await().untilAsserted(() -> assertThat(pipeline.processed()).isEqualTo(upTo(CAPACITY)));

        Thread closing = new Thread(ingress::close, "closing");
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        pipeline.finishAll();
        closing.join();

        assertThat(pipeline.processed()).hasSizeBetween(CAPACITY, CAPACITY + 1);
        assertThat(acknowledged).isEqualTo(pipeline.processed());
        assertThat(journal.appended()).hasSameSizeAs(pipeline.processed());
        assertThat(journal.settled()).hasSameSizeAs(pipeline.processed());
    }

    private void receive(int number) {
        ingress.receive(new Message(number), Readings.payload(number));
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** A message of which the test sees what was answered. */
    private final class Message implements Delivery {
        private final int number;

        Message(int number) {
            this.number = number;
        }

        @Override
        public boolean acknowledge(Receipt receipt) {
            acknowledged.add(number);
            return true;
        }

        @Override
        public void refuse(String why) {
            refused.add(number + ": " + why);
        }
    }
}
