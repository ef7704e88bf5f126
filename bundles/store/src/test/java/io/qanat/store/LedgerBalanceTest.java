package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sequences;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Admission;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ledgers against a model of a few lines, over a random life with restarts. */
class LedgerBalanceTest {
    private static final Map<Outcome, String> REASONS =
            Map.of(Outcome.NORMAL, "", Outcome.ALARMED, "", Outcome.REJECTED, "late", Outcome.DROPPED, "timeout");
    private static final int STEPS = 400;

    private final Path directory;

    private final Set<String> known = new HashSet<>();
    private final TreeMap<Long, Outcome> open = new TreeMap<>();
    private final Set<String> sent = new HashSet<>();
    private long received;
    private long redelivered;
    private long normal;
    private long alarmed;
    private long late;
    private long timedOut;
    private long malformed;
    private long delivered;

    LedgerBalanceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bothLedgersBalanceOverARandomLifeWithRestarts(long seed) throws Exception {
        Random random = new Random(seed);
        SqliteStore store = SqliteStore.open(directory, Clock.systemUTC());
        for (int step = 0; step < STEPS; step++) {
            act(store, random);
            if (random.nextInt(40) == 0) {
                store.close();
                store = SqliteStore.open(directory, Clock.systemUTC());
            }
        }
        store.reject(PLANT, "malformed").join();
        malformed++;

        assertThat(store.input().get(PLANT)).isEqualTo(expectedInput()).matches(InputLedger::balanced);
        assertThat(store.delivery().get(CLOUD))
                .isEqualTo(new DeliveryLedger(sent.size(), delivered, 0, 0, 0, sent.size() - delivered))
                .matches(DeliveryLedger::balanced);
        assertThat(store.open(PLANT)).hasSize(open.size());
        assertThat(store.status().get(0).count("openEntries")).isEqualTo(open.size());
        store.close();
    }

    private InputLedger expectedInput() {
        Map<String, Long> rejected = new TreeMap<>(Map.of("malformed", malformed));
        if (late > 0) {
            rejected.put("late", late);
        }
        Map<String, Long> dropped = timedOut > 0 ? Map.of("timeout", timedOut) : Map.of();
        return new InputLedger(received + malformed, normal, alarmed, rejected, dropped, open.size(), redelivered, 0);
    }

    private void act(SqliteStore store, Random random) {
        switch (random.nextInt(10)) {
            case 0 -> {
                var unused = store.reject(PLANT, "malformed");
                malformed++;
            }
            case 1 -> deliver(store, random);
            case 2, 3, 4 -> settle(store, random);
            default -> append(store, "id" + random.nextInt(STEPS));
        }
    }

    private void append(SqliteStore store, String id) {
        Admission admission = store.append(arrival(id)).join();
        assertThat(admission.redelivered()).isEqualTo(!known.add(id));
        if (admission.redelivered()) {
            redelivered++;
        } else {
            received++;
            open.put(admission.entry(), Outcome.NORMAL);
        }
    }

    private void settle(SqliteStore store, Random random) {
        List<Long> members = open.keySet().stream().limit(8).toList();
        List<Long> released = members.subList(0, Math.min(members.size(), random.nextInt(5)));
        Outcome outcome = Outcome.values()[random.nextInt(Outcome.values().length)];
        List<OutboxMessage> messages = members.isEmpty() || outcome != Outcome.ALARMED
                ? List.of()
                : List.of(message(CLOUD, "alarm" + random.nextInt(20)));
        messages.forEach(message -> sent.add(message.id()));
        var unused = store.settle(new Settlement(outcome, reason(outcome), members, released, 0, List.of(), messages));
        members.forEach(member -> open.merge(member, outcome, LedgerBalanceTest::worst));
        new ArrayList<>(released).forEach(this::release);
    }

    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case NORMAL, ALARMED -> "";
            case REJECTED -> "late";
            case DROPPED -> "timeout";
        };
    }

    private void release(long entry) {
        switch (open.remove(entry)) {
            case NORMAL -> normal++;
            case ALARMED -> alarmed++;
            case REJECTED -> late++;
            case DROPPED -> timedOut++;
        }
    }

    private static Outcome worst(Outcome one, Outcome other) {
        return Collections.max(List.of(one, other));
    }

    private void deliver(SqliteStore store, Random random) {
        // The reader sees what is committed, so let all of it be.
        store.settle(StoreFixture.sends()).join();
        List<OutboxEntry> entries = store.pending(CLOUD, 1 + random.nextInt(3));
        var unused = store.delivered(sequences(entries));
        delivered += entries.size();
    }
}
