package io.qanat.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.store.LedgerTable.Count;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Function;

/** The counts of one name, read as a ledger. */
final class LedgerView {
    private final List<Entry<Count, Long>> counts;

    private LedgerView(List<Entry<Count, Long>> counts) {
        this.counts = counts;
    }

    static Map<String, InputLedger> input(Map<Count, Long> counts) {
        return byName(counts, LedgerView::input);
    }

    static Map<String, DeliveryLedger> delivery(Map<Count, Long> counts) {
        return byName(counts, LedgerView::delivery);
    }

    private static <T> Map<String, T> byName(Map<Count, Long> counts, Function<LedgerView, T> ledger) {
        Map<String, T> ledgers = new HashMap<>();
        counts.entrySet().stream()
                .collect(groupingBy(count -> count.getKey().name()))
                .forEach((name, own) -> ledgers.put(name, ledger.apply(new LedgerView(own))));
        return Map.copyOf(ledgers);
    }

    private InputLedger input() {
        return new InputLedger(
                total(Term.RECEIVED),
                total(Term.NORMAL),
                total(Term.ALARMED),
                byReason(Term.REJECTED),
                byReason(Term.DROPPED),
                total(Term.OPEN) + total(Term.OPEN_VOLATILE),
                total(Term.REDELIVERED),
                total(Term.UNSCORED));
    }

    private DeliveryLedger delivery() {
        return new DeliveryLedger(
                total(Term.ENQUEUED),
                total(Term.DELIVERED),
                total(Term.EXPIRED),
                total(Term.DROPPED),
                total(Term.PARKED),
                total(Term.PENDING),
                reasons());
    }

    private Map<String, Long> reasons() {
        return counts.stream()
                .filter(count -> !count.getKey().reason().isEmpty() && count.getValue() != 0)
                .collect(toMap(
                        count -> count.getKey().term().text() + "("
                                + count.getKey().reason() + ")",
                        Entry::getValue));
    }

    private long total(Term term) {
        return InputLedger.total(byReason(term));
    }

    private Map<String, Long> byReason(Term term) {
        Map<String, Long> byReason = new HashMap<>();
        for (Entry<Count, Long> count : counts) {
            if (count.getKey().term() == term) {
                byReason.put(count.getKey().reason(), count.getValue());
            }
        }
        return byReason;
    }
}
