package io.qanat.outbox;

import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Chooses what goes next and what goes together, and marks what is history. The order is that of {@link
 * OutboxQueue#next}, with the backlog being what was stored while the endpoint was away.
 *
 * <p>Threads: the forwarder's.
 */
final class Dispatch {
    /** A share of the window that live messages leave to the backlog. */
    private static final int BACKLOG_SHARE = 8;

    private final ForwarderConfig config;
    private final OutboxQueue queue;
    private final Clock clock;
    private final EndpointHealth health;
    private final Retries retries;
    private OptionalLong connectedAfter = OptionalLong.empty();
    private OptionalLong batchSince = OptionalLong.empty();

    Dispatch(ForwarderConfig config, OutboxQueue queue, Clock clock, EndpointHealth health, Retries retries) {
        this.config = config;
        this.queue = queue;
        this.clock = clock;
        this.health = health;
        this.retries = retries;
    }

    /**
     * What to send now, by parcels.
     *
     * @param unsettled sequences that the store will not have as pending soon
     */
    List<List<OutboxEntry>> next(Set<Parcel> underWay, Set<Long> unsettled) {
        Set<Long> without = retries.waiting(System.nanoTime());
        underWay.forEach(parcel -> without.addAll(parcel.sequences()));
        without.addAll(unsettled);
        long liveAfter = liveAfter();
        if (health.isDoubtful()) {
            return parcels(test(liveAfter, without));
        }
        return parcels(sendable(queue.next(config.endpoint(), liveAfter, without, places(underWay, liveAfter))));
    }

    /** One message that finds out whether the endpoint takes any. */
    private List<OutboxEntry> test(long liveAfter, Set<Long> without) {
        // A message that never failed tells best whether the endpoint is well.
        Set<Long> fresh = new HashSet<>(without);
        fresh.addAll(retries.all());
        OutboxQueue.Places one = new OutboxQueue.Places(1, 1);
        List<OutboxEntry> first = sendable(queue.next(config.endpoint(), liveAfter, fresh, one));
        return first.isEmpty() ? sendable(queue.next(config.endpoint(), liveAfter, without, one)) : first;
    }

    /** How many more messages may be under way. */
    int places(Set<Parcel> underWay) {
        return config.inFlight() - underWay.stream().mapToInt(Parcel::size).sum();
    }

    private OutboxQueue.Places places(Set<Parcel> underWay, long liveAfter) {
        int share = config.inFlight() == 1 ? 0 : Math.max(1, config.inFlight() / BACKLOG_SHARE);
        long live = underWay.stream()
                .flatMap(parcel -> parcel.sequences().stream())
                .filter(sequence -> sequence > liveAfter)
                .count();
        return new OutboxQueue.Places(places(underWay), (int) Math.max(0, config.inFlight() - share - live));
    }

    /** What was stored up to here was stored while the endpoint was away. */
    private long liveAfter() {
        if (health.isAway()) {
            connectedAfter = OptionalLong.empty();
            return Long.MAX_VALUE;
        }
        if (connectedAfter.isEmpty()) {
            connectedAfter = OptionalLong.of(queue.newest());
        }
        return connectedAfter.getAsLong();
    }

    private List<OutboxEntry> sendable(List<OutboxEntry> entries) {
        return entries.stream().filter(entry -> !isExpired(entry)).toList();
    }

    private boolean isExpired(OutboxEntry entry) {
        return entry.message()
                .expiresAt()
                .filter(at -> !at.isAfter(clock.instant()))
                .isPresent();
    }

    private List<List<OutboxEntry>> parcels(List<OutboxEntry> entries) {
        List<List<OutboxEntry>> parcels = new ArrayList<>();
        List<OutboxEntry> together = new ArrayList<>();
        for (OutboxEntry entry : entries) {
            // What failed together goes alone the next time, so that one bad message takes no others with it.
            if (config.batch() == 1 || isTroubled(entry)) {
                parcels.add(List.of(entry));
            } else {
                together.add(entry);
            }
        }
        if (!isWorthWaiting(together.size())) {
            for (int from = 0; from < together.size(); from += config.batch()) {
                parcels.add(together.subList(from, Math.min(together.size(), from + config.batch())));
            }
        }
        return parcels;
    }

    private boolean isWorthWaiting(int waiting) {
        long now = System.nanoTime();
        if (waiting == 0 || waiting >= config.batch()) {
            batchSince = OptionalLong.empty();
            return false;
        }
        if (batchSince.isEmpty()) {
            batchSince = OptionalLong.of(now);
        }
        boolean worth = now - batchSince.getAsLong() < config.batchDelay().toNanos();
        if (!worth) {
            batchSince = OptionalLong.empty();
        }
        return worth;
    }

    /** The message as it is sent. */
    OutboxMessage marked(OutboxEntry entry) {
        OutboxMessage message = entry.message();
        return isHistorical(entry) ? CloudEventCodec.historical(message) : message;
    }

    /** Whether it failed before. */
    boolean isTroubled(OutboxEntry entry) {
        return !entry.lastError().isEmpty() || retries.contains(entry.sequence());
    }

    /** Whether it was stored while the endpoint was away. */
    boolean isHistorical(OutboxEntry entry) {
        boolean refusedInAnEarlierLife = !entry.lastError().isEmpty() && !retries.contains(entry.sequence());
        return refusedInAnEarlierLife
                || entry.sequence() <= connectedAfter.orElse(Long.MAX_VALUE)
                || retries.isOlder(entry.sequence(), config.maxBackoff().toNanos());
    }

    /** Nanoseconds until a batch that waits for more is sent as it is; {@link Long#MAX_VALUE} when none waits. */
    long untilBatchDue(long now) {
        return batchSince.isEmpty()
                ? Long.MAX_VALUE
                : batchSince.getAsLong() + config.batchDelay().toNanos() - now;
    }
}
