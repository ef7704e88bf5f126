package io.qanat.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gathers what the stages decide about one reading on its way through a route; the ingress settles it when the route is
 * done. It travels with the exchange as the property {@link #PROPERTY}.
 *
 * <p>Threads: one at a time. A stage that hands the exchange to another thread hands the journey over with it.
 */
public final class Journey {
    /** Name of the exchange property that carries the journey. */
    public static final String PROPERTY = "QanatJourney";

    /** Reason under which readings are counted whose route failed. */
    public static final String ROUTE_FAILURE = "route-failure";

    private final Optional<Reading> reading;
    private final boolean replayed;
    private final List<Remembered> states = new ArrayList<>();
    private final List<OutboxMessage> messages = new ArrayList<>();
    private Outcome outcome = Outcome.NORMAL;
    private String reason = "";
    private List<Long> members;
    private List<Long> released;

    /** A state as it is when the route is done, and what is true instead when the route fails. */
    private record Remembered(Supplier<StageState> state, Supplier<StageState> otherwise) {}

    /** @param replayed whether the reading comes from the journal after a restart */
    public Journey(Reading reading, boolean replayed) {
        this.reading = Optional.of(reading);
        this.replayed = replayed;
        this.members = List.of(reading.entry());
        this.released = members;
    }

    private Journey() {
        this.reading = Optional.empty();
        this.replayed = false;
        this.members = List.of();
        this.released = members;
    }

    /** Of a change that no reading brought, such as a person's command: its settlement is about no journal entry. */
    public static Journey withoutReading() {
        return new Journey();
    }

    /** @throws IllegalStateException when the journey is {@link #withoutReading} */
    public Reading reading() {
        return reading.orElseThrow(() -> new IllegalStateException(
                "this journey has no reading: it tells of a command or of the clock, not of a window"));
    }

    /** Whether the reading comes from the journal after a restart: its window may already have been closed once. */
    public boolean replayed() {
        return replayed;
    }

    /** The reading waits in a window: there is nothing to settle yet. */
    public void hold() {
        covers(List.of(), List.of());
    }

    /**
     * From here on the journey speaks for a window of readings.
     *
     * @param members journal entries in the window
     * @param released those of them, or of earlier windows, that no later window needs
     */
    public void covers(List<Long> members, List<Long> released) {
        this.members = List.copyOf(members);
        this.released = List.copyOf(released);
    }

    /** An alarm is active for what the journey covers. */
    public void alarmed() {
        if (outcome == Outcome.NORMAL) {
            outcome = Outcome.ALARMED;
        }
    }

    /** What the journey covers is refused, and counted under {@code reason}. */
    public void reject(String reason) {
        this.outcome = Outcome.REJECTED;
        this.reason = Require.text(reason, "reason");
    }

    /** What the journey covers is given up by the gateway, and counted under {@code reason}. */
    public void drop(String reason) {
        this.outcome = Outcome.DROPPED;
        this.reason = Require.text(reason, "reason");
    }

    /** A stage must know this after a restart, also when a later step fails. */
    public void remember(StageState state) {
        remember(state, () -> state);
    }

    /**
     * A stage must know this after a restart, unless a later step fails: then nobody was told what the stage decided, and it
     * takes the decision back.
     *
     * @param otherwise called when the route has failed, on the thread that ends it: takes the decision back, and gives
     *     what the stage must know instead
     */
    public void remember(StageState state, Supplier<StageState> otherwise) {
        Objects.requireNonNull(state, "state");
        remember(() -> state, otherwise);
    }

    /**
     * The same for what several readings at once change: it is asked for its state when the route is done, so that a slow
     * journey does not write over what a faster one has left.
     */
    public void remember(Supplier<StageState> state, Supplier<StageState> otherwise) {
        states.add(
                new Remembered(Objects.requireNonNull(state, "state"), Objects.requireNonNull(otherwise, "otherwise")));
    }

    /** The cloud is to be told this. */
    public void send(OutboxMessage message) {
        messages.add(Objects.requireNonNull(message, "message"));
    }

    /** What to write when the route is done; empty while a window holds the reading. */
    public Optional<Settlement> settlement() {
        return settlement(
                states.stream().map(remembered -> remembered.state().get()).toList());
    }

    /**
     * What to write when the route failed: what the journey covers is rejected, for the reason that a step gave or else
     * {@link #ROUTE_FAILURE}; nothing is told to the cloud, and what was to be told is decided again by a later reading. To
     * be called once.
     */
    public Optional<Settlement> failure() {
        if (outcome != Outcome.REJECTED) {
            reject(ROUTE_FAILURE);
        }
        messages.clear();
        return settlement(
                states.stream().map(remembered -> remembered.otherwise().get()).toList());
    }

    private Optional<Settlement> settlement(List<StageState> remembered) {
        if (reading.isPresent() && members.isEmpty() && released.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Settlement(outcome, reason, members, released, 0, remembered, messages));
    }
}
