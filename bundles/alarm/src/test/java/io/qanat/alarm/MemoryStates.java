package io.qanat.alarm;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Settlement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Remembers states as the store does, without a disk: for thousands of plants. */
final class MemoryStates implements Journal {
    private final Map<String, Map<String, String>> states = new HashMap<>();

    @Override
    public CompletableFuture<Admission> append(Arrival arrival) {
        throw new UnsupportedOperationException("no reading is journalled here");
    }

    @Override
    public CompletableFuture<Void> reject(String source, String reason) {
        throw new UnsupportedOperationException("no message is rejected here");
    }

    @Override
    public CompletableFuture<Void> settle(Settlement settlement) {
        settlement.states().forEach(state -> states.computeIfAbsent(state.stage(), stage -> new HashMap<>())
                .put(state.key(), state.value()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<JournalEntry> open(String source) {
        return List.of();
    }

    @Override
    public Map<String, String> states(String stage) {
        return Map.copyOf(states.getOrDefault(stage, Map.of()));
    }
}
