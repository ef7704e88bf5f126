package io.qanat.window;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Keeps what is settled in memory, where a test can look at it. */
public final class MemoryJournal implements Journal {
    private final List<Settlement> settlements = new ArrayList<>();
    private final Map<String, Map<String, String>> states = new HashMap<>();

    /** What was settled, oldest first. */
    public List<Settlement> settlements() {
        return settlements;
    }

    /** Journal entries that were released, in that order; twice when released twice. */
    public List<Long> released() {
        return settlements.stream().flatMap(each -> each.released().stream()).toList();
    }

    @Override
    public CompletableFuture<Void> settle(Settlement settlement) {
        settlements.add(settlement);
        for (StageState state : settlement.states()) {
            states.computeIfAbsent(state.stage(), stage -> new HashMap<>()).put(state.key(), state.value());
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Map<String, String> states(String stage) {
        return Map.copyOf(states.getOrDefault(stage, Map.of()));
    }

    @Override
    public CompletableFuture<Admission> append(Arrival arrival) {
        throw new UnsupportedOperationException("readings of these tests have their entries already");
    }

    @Override
    public CompletableFuture<Void> reject(String source, String reason) {
        throw new UnsupportedOperationException("messages of these tests are readings already");
    }

    @Override
    public List<JournalEntry> open(String source) {
        throw new UnsupportedOperationException("the tests replay by themselves");
    }
}
