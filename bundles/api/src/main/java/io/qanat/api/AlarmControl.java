package io.qanat.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a person can see of and do about alarms on a running gateway. Who may do it is the caller's matter.
 *
 * <p>Threads: any.
 */
public interface AlarmControl {
    /** Alarms that are active, that wait for an acknowledgement, or whose asset is shelved or out of service. */
    List<Listed> list();

    /** The newest changes that were told since the gateway started, newest first; it keeps 1,000. */
    List<Alarm> history(int limit);

    /**
     * Does what the command says.
     *
     * @return completes once it is durable; fails with {@link Refused} when the alarm is not in a state for it, and with
     *     another exception when it could not be stored
     */
    CompletableFuture<Done> execute(Command command);

    /** What can be done. */
    enum Kind {
        /** A person has seen the alarm. */
        ACKNOWLEDGE,
        /** Nothing is told of the asset's alarm for a while, or until the alarm is cleared. */
        SHELVE,
        UNSHELVE,
        /** Ends a latched alarm whose limits are kept again. */
        RESET,
        /** Takes the asset's alarm out of service: nothing is told until {@link #UNSUPPRESS}. */
        SUPPRESS,
        UNSUPPRESS;

        /** As the formats write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An alarm of one asset.
     *
     * @param name as the route names it
     * @param asset what it is about
     * @param raisedAt of which of the asset's alarms, when only that one is meant
     */
    record Target(String name, String asset, Optional<Instant> raisedAt) {
        public Target {
            Require.text(name, "name");
            Require.text(asset, "asset");
            Objects.requireNonNull(raisedAt, "raisedAt");
        }

        /**
         * @param alarmId as {@link Alarm#id} has it: name, asset and raisedAt, with slashes between; an asset may have slashes
         * @throws IllegalArgumentException when it is none
         */
        public static Target of(String alarmId) {
            int first = alarmId.indexOf('/');
            int last = alarmId.lastIndexOf('/');
            if (first < 1 || last <= first + 1) {
                throw new IllegalArgumentException(
                        "alarm is '" + alarmId + "': an alarm's id is name/asset/instant, as the event has it");
            }
            try {
                return new Target(
                        alarmId.substring(0, first),
                        alarmId.substring(first + 1, last),
                        Optional.of(Instant.parse(alarmId.substring(last + 1))));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "alarm is '" + alarmId + "', whose end is no instant: an alarm's id is name/asset/instant", e);
            }
        }
    }

    /**
     * Something to do.
     *
     * @param kind what
     * @param target of which alarm
     * @param by who wants it
     * @param comment why; may be empty
     * @param duration how long to shelve; empty: until the alarm is cleared
     */
    record Command(Kind kind, Target target, String by, String comment, Optional<Duration> duration) {
        public Command {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(target, "target");
            Require.text(by, "by");
            Objects.requireNonNull(comment, "comment");
            Objects.requireNonNull(duration, "duration");
            if (duration.isPresent() && kind != Kind.SHELVE) {
                throw new IllegalArgumentException("a duration goes with shelve, not with " + kind.text());
            }
            if (duration.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
                throw new IllegalArgumentException("duration is " + duration.get() + ": it must be more than nothing");
            }
        }
    }

    /**
     * A command that was carried out.
     *
     * @param alarmId the alarm that it is about; empty when the asset has none now
     * @param told whether the cloud is told: there is an alarm, it knows of it, and a route takes the changes
     */
    record Done(String alarmId, boolean told) {}

    /**
     * What is known of an asset's alarm.
     *
     * @param name as the route names it
     * @param asset what it is about
     * @param alarm as it is now; empty when the asset is only shelved or out of service
     * @param told whether the cloud knows of it
     * @param shelved by whom, why and until when
     * @param outOfService by whom, when and why
     */
    record Listed(
            String name,
            String asset,
            Optional<Alarm> alarm,
            boolean told,
            Optional<Alarm.Shelving> shelved,
            Optional<Alarm.Act> outOfService) {}

    /** The command does not fit the alarm's state, or the caller. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        /**
         * @param reason a word under which refusals are counted, such as {@code unknown-alarm}
         * @param message what is wrong and what to do
         */
        public Refused(String reason, String message) {
            super(message);
            this.reason = Require.text(reason, "reason");
        }

        /** Under which refusals are counted. */
        public String reason() {
            return reason;
        }
    }
}
