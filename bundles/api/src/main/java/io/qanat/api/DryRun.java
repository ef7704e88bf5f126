package io.qanat.api;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tries route texts on recorded readings, beside the routes that run. A dry run has windows, alarms, a journal and an outbox
 * of its own, in memory; the models are the gateway's. Nothing of it is received, stored or sent: where a text would send to,
 * it is counted.
 *
 * <p>Threads: any; one dry run at a time, and a second one is refused.
 */
public interface DryRun {
    /**
     * Runs a text and the one that it is to replace, one after the other, on the same recording.
     *
     * @throws RouteException with every mistake of the texts
     * @throws IOException when the recording cannot be read; the message names file and line
     */
    Report compare(Request request) throws RouteException, IOException, InterruptedException;

    /**
     * Runs a text up to its alarm, and decides with each of the settings. Each window is scored once.
     *
     * @throws RouteException with every mistake of the texts
     * @throws IOException when the recording cannot be read; the message names file and line
     * @throws IllegalArgumentException when the text has no such alarm, or the alarm does not take a setting
     */
    Replay replay(ReplayRequest request) throws RouteException, IOException, InterruptedException;

    /** How far the dry run has come that is under way; empty when none is. */
    Optional<Progress> progress();

    /**
     * A route text.
     *
     * @param name such as its file name
     */
    record Text(String name, String text) {
        public Text {
            Require.text(name, "name");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * Readings to run on.
     *
     * @param file JSON Lines of readings as docs/formats.md has them, also compressed with gzip
     * @param source only the source of this name gets them; all sources of the text when it is empty
     */
    record Recording(Path file, String source) {
        public Recording {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(source, "source");
        }
    }

    /**
     * @param candidate the text that is tried
     * @param against the text to compare with; empty: the running text of {@code againstName}, and none when none runs
     * @param againstName name of a running text
     * @param beside texts that run on both sides; running texts that are linked to these by {@code direct:}, {@code seda:} or
     *     {@code outbox:} run on both sides too
     * @param show so many payloads of each endpoint are kept to be shown, 0 to 100
     */
    record Request(
            Text candidate,
            Optional<Text> against,
            String againstName,
            List<Text> beside,
            Recording recording,
            int show) {
        private static final int MOST_SHOWN = 100;

        public Request {
            Objects.requireNonNull(candidate, "candidate");
            Objects.requireNonNull(against, "against");
            Objects.requireNonNull(againstName, "againstName");
            beside = List.copyOf(beside);
            Objects.requireNonNull(recording, "recording");
            if (show < 0 || show > MOST_SHOWN) {
                throw new IllegalArgumentException("show is " + show + ": it must be 0 to " + MOST_SHOWN);
            }
        }
    }

    /**
     * @param candidate what the text that is tried did
     * @param other what the text did that it is compared with; empty when there was none
     * @param both alarms that both raised: of one name and asset, and active at the same time
     * @param onlyCandidate alarms that the other text did not raise
     * @param onlyOther alarms that the candidate did not raise
     */
    record Report(
            DryRunSide candidate,
            Optional<DryRunSide> other,
            List<Pair> both,
            List<DryRunAlarm> onlyCandidate,
            List<DryRunAlarm> onlyOther) {
        public Report {
            Objects.requireNonNull(candidate, "candidate");
            Objects.requireNonNull(other, "other");
            both = List.copyOf(both);
            onlyCandidate = List.copyOf(onlyCandidate);
            onlyOther = List.copyOf(onlyOther);
        }
    }

    /** The same alarm on both sides. */
    record Pair(DryRunAlarm candidate, DryRunAlarm other) {}

    /**
     * @param route the text with the alarm
     * @param beside as in {@link Request}
     * @param alarm its name; may be empty when the text has one alarm
     * @param settings options of {@code alarm:} by name, each in the place of the route's own; at least one
     */
    record ReplayRequest(
            Text route, List<Text> beside, String alarm, List<Map<String, String>> settings, Recording recording) {
        private static final int MOST_SETTINGS = 1_000;

        public ReplayRequest {
            Objects.requireNonNull(route, "route");
            beside = List.copyOf(beside);
            Objects.requireNonNull(alarm, "alarm");
            settings = settings.stream().map(Map::copyOf).toList();
            Objects.requireNonNull(recording, "recording");
            if (settings.isEmpty() || settings.size() > MOST_SETTINGS) {
                throw new IllegalArgumentException(
                        settings.size() + " settings: give at least one and at most " + MOST_SETTINGS);
            }
        }
    }

    /**
     * @param alarm its name
     * @param outcomes by setting, in the order in which they were asked for
     * @param scores by asset, in the order of time; of a long recording the highest of each stretch
     * @param windowSeconds the longest time between the first and the last reading of a window
     * @param model that made the scores; empty when there was no score
     * @param readings how many there were
     * @param from {@code observedAt} of the earliest one
     * @param to {@code observedAt} of the latest one
     */
    record Replay(
            String alarm,
            List<SettingOutcome> outcomes,
            Map<String, List<ScorePoint>> scores,
            double windowSeconds,
            Optional<ModelRef> model,
            long readings,
            Instant from,
            Instant to) {
        public Replay {
            Require.text(alarm, "alarm");
            outcomes = List.copyOf(outcomes);
            scores = Map.copyOf(scores);
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
        }
    }

    /**
     * @param options that were set
     * @param raised how many alarms were raised
     * @param alarms the first 10,000 of them
     */
    record SettingOutcome(Map<String, String> options, long raised, List<DryRunAlarm> alarms) {
        public SettingOutcome {
            options = Map.copyOf(options);
            alarms = List.copyOf(alarms);
        }
    }

    /**
     * @param at {@code observedAt} of the window's newest reading
     * @param threshold that the model gave with the score
     */
    record ScorePoint(Instant at, double score, double threshold) {}

    /**
     * @param what is being done, for people
     * @param readings so far
     * @param share of the recording that has been read, 0 to 1
     */
    record Progress(String what, long readings, double share) {}
}
