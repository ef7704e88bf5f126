package io.qanat.routes.dryrun;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryJournalTest {
    private final MemoryJournal journal = new MemoryJournal(message -> {});

    private Admission append(String id) {
        return journal.append(new Arrival("s", Identity.of(id), new byte[0], Instant.EPOCH))
                .join();
    }

    private void settle(Outcome outcome, String reason, List<Long> members, List<Long> released) {
        journal.settle(new Settlement(outcome, reason, members, released, 0, List.of(), List.of()))
                .join();
    }

    @Test
    void countsTheWorstOutcomeOfAnEntryOnceItIsReleased() {
        long one = append("1").entry();
        long two = append("2").entry();
        settle(Outcome.ALARMED, "", List.of(one, two), List.of(one));
        settle(Outcome.NORMAL, "", List.of(two), List.of(two));
        settle(Outcome.REJECTED, "late", List.of(append("3").entry()), List.of(3L));

        assertThat(journal.ledgers())
                .isEqualTo(Map.of("s", new InputLedger(3, 0, 2, Map.of("late", 1L), Map.of(), 0, 0, 0)));
    }

    @Test
    void countsAKnownIdentityBesideTheSum() {
        append("1");
        assertThat(append("1").redelivered()).isTrue();
        assertThat(journal.ledgers()).isEqualTo(Map.of("s", new InputLedger(1, 0, 0, Map.of(), Map.of(), 1, 1, 0)));
    }

    @Test
    void countsWhatWasInNoWindowUnscoredAtTheEnd() {
        long scored = append("1").entry();
        append("2");
        settle(Outcome.ALARMED, "", List.of(scored), List.of());

        journal.end();

        assertThat(journal.ledgers()).isEqualTo(Map.of("s", new InputLedger(2, 1, 1, Map.of(), Map.of(), 0, 0, 1)));
    }
}
