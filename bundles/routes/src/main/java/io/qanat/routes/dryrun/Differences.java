package io.qanat.routes.dryrun;

import io.qanat.api.DryRun.Pair;
import io.qanat.api.DryRun.Report;
import io.qanat.api.DryRunAlarm;
import io.qanat.api.DryRunSide;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares the alarms of two runs. Threads: any. */
final class Differences {
    private Differences() {}

    /** Pairs each alarm with the first one of the other side that is about the same and was active at one time with it. */
    static Report between(DryRunSide candidate, Optional<DryRunSide> other) {
        List<DryRunAlarm> theirs = other.map(DryRunSide::alarms).orElse(List.of());
        Set<DryRunAlarm> left = new LinkedHashSet<>(theirs);
        List<Pair> both = new ArrayList<>();
        List<DryRunAlarm> onlyCandidate = new ArrayList<>();
        for (DryRunAlarm alarm : candidate.alarms()) {
            Optional<DryRunAlarm> same = left.stream().filter(alarm::meets).findFirst();
            same.ifPresentOrElse(
                    match -> {
                        left.remove(match);
                        both.add(new Pair(alarm, match));
                    },
                    () -> onlyCandidate.add(alarm));
        }
        return new Report(candidate, other, both, onlyCandidate, List.copyOf(left));
    }
}
