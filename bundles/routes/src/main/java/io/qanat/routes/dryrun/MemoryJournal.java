package io.qanat.routes.dryrun;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A journal that is gone with its dry run. It keeps what is open, without payloads, and the newest 100,000 identities, as the
 * store does; what is settled becomes a count.
 *
 * <p>Threads: any.
 */
final class MemoryJournal implements Journal {
    private static final CompletableFuture<Void> DONE = CompletableFuture.allOf();
    private static final int IDENTITIES = 100_000;

    private final Consumer<OutboxMessage> cloud;
    private final Map<Long, Open> open = new HashMap<>();
    private final Map<String, Terms> sources = new TreeMap<>();
    private final Map<Identity, Long> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Identity, Long> eldest) {
            return size() > IDENTITIES;
        }
    };
    private long entries;

    /** @param cloud takes what is to be told, one after the other, on the thread that settles; it may wait */
    MemoryJournal(Consumer<OutboxMessage> cloud) {
        this.cloud = cloud;
    }

    /** An entry that is not released. */
    private static final class Open {
        private final Terms source;
        private @Nullable Outcome outcome;
        private String reason = "";

        Open(Terms source) {
            this.source = source;
        }

        void take(Outcome next, String why) {
            if (outcome == null || next.compareTo(outcome) > 0) {
                outcome = next;
                reason = why;
            }
        }
    }

    /** The terms of one source's ledger. */
    private static final class Terms {
        private final Map<Outcome, Map<String, Long>> counts = new HashMap<>();
        private long received;
        private long open;
        private long redelivered;
        private long unscored;

        void count(Outcome outcome, String reason) {
            counts.computeIfAbsent(outcome, term -> new TreeMap<>()).merge(reason, 1L, Long::sum);
        }

        InputLedger ledger() {
            return new InputLedger(
                    received,
                    InputLedger.total(by(Outcome.NORMAL)),
                    InputLedger.total(by(Outcome.ALARMED)),
                    by(Outcome.REJECTED),
                    by(Outcome.DROPPED),
                    open,
                    redelivered,
                    unscored);
        }

        private Map<String, Long> by(Outcome outcome) {
            return counts.getOrDefault(outcome, Map.of());
        }
    }

    private Terms terms(String source) {
        return sources.computeIfAbsent(source, name -> new Terms());
    }

    @Override
    public synchronized CompletableFuture<Admission> append(Arrival arrival) {
        Terms terms = terms(arrival.source());
        Long earlier = known.putIfAbsent(arrival.identity(), ++entries);
        if (earlier != null) {
            terms.redelivered++;
            return CompletableFuture.completedFuture(new Admission(earlier, true));
        }
        terms.received++;
        terms.open++;
        open.put(entries, new Open(terms));
        return CompletableFuture.completedFuture(new Admission(entries, false));
    }

    @Override
    public synchronized CompletableFuture<Void> reject(String source, String reason) {
        terms(source).received++;
        terms(source).count(Outcome.REJECTED, reason);
        return DONE;
    }

    @Override
    public CompletableFuture<Void> settle(Settlement settlement) {
        outcomes(settlement);
        // Behind the lock, since it waits while forwarders are behind.
        settlement.messages().forEach(cloud);
        return DONE;
    }

    private synchronized void outcomes(Settlement settlement) {
        for (Long member : settlement.members()) {
            Open entry = open.get(member);
            if (entry != null) {
                entry.take(settlement.outcome(), settlement.reason());
            }
        }
        List<Long> released = settlement.released();
        int scored = released.size() - (int) settlement.unscored();
        for (int i = 0; i < released.size(); i++) {
            release(released.get(i), i >= scored);
        }
    }

    private void release(Long number, boolean unscored) {
        Open entry = open.remove(number);
        if (entry == null) {
            return;
        }
        entry.source.open--;
        entry.source.unscored += unscored ? 1 : 0;
        entry.source.count(entry.outcome == null ? Outcome.NORMAL : entry.outcome, entry.reason);
    }

    /** The recording has ended: what waits in unfinished windows is released. */
    synchronized void end() {
        for (Map.Entry<Long, Open> entry : List.copyOf(open.entrySet())) {
            release(entry.getKey(), entry.getValue().outcome == null);
        }
    }

    /** By source. */
    synchronized Map<String, InputLedger> ledgers() {
        Map<String, InputLedger> ledgers = new TreeMap<>();
        sources.forEach((source, terms) -> ledgers.put(source, terms.ledger()));
        return ledgers;
    }

    @Override
    public List<JournalEntry> open(String source) {
        return List.of();
    }

    @Override
    public Map<String, String> states(String stage) {
        return Map.of();
    }
}
