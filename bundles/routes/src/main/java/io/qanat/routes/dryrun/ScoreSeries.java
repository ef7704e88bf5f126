package io.qanat.routes.dryrun;

import io.qanat.api.DryRun.ScorePoint;
import io.qanat.api.ModelRef;
import io.qanat.api.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The scores of a run, to be looked at: of each asset at most 4,096 points. Once there are more, each two become their higher
 * one, and so do later ones. Threads: any.
 */
final class ScoreSeries {
    private static final int MOST_POINTS = 4_096;
    private static final int MOST_ASSETS = 256;

    private final Map<String, Line> lines = new TreeMap<>();
    private Duration longest = Duration.ZERO;
    private Optional<ModelRef> model = Optional.empty();

    private static final class Line {
        private List<ScorePoint> points = new ArrayList<>();
        private int each = 1;
        private int inLast;

        void add(ScorePoint point) {
            if (inLast > 0 && inLast < each) {
                points.set(points.size() - 1, higher(points.get(points.size() - 1), point));
                inLast++;
                return;
            }
            if (points.size() == MOST_POINTS) {
                halve();
            }
            points.add(point);
            inLast = 1;
        }

        private void halve() {
            List<ScorePoint> halved = new ArrayList<>(MOST_POINTS);
            for (int i = 0; i < points.size(); i += 2) {
                halved.add(higher(points.get(i), points.get(i + 1)));
            }
            points = halved;
            each *= 2;
        }

        private static ScorePoint higher(ScorePoint one, ScorePoint other) {
            return other.score() > one.score() ? other : one;
        }
    }

    synchronized void add(Score score) {
        Duration window = Duration.between(score.from(), score.to());
        longest = window.compareTo(longest) > 0 ? window : longest;
        model = Optional.of(score.model());
        if (lines.containsKey(score.asset()) || lines.size() < MOST_ASSETS) {
            lines.computeIfAbsent(score.asset(), asset -> new Line())
                    .add(new ScorePoint(score.to(), score.value(), score.threshold()));
        }
    }

    /** By asset. */
    synchronized Map<String, List<ScorePoint>> points() {
        Map<String, List<ScorePoint>> points = new TreeMap<>();
        lines.forEach((asset, line) -> points.put(asset, List.copyOf(line.points)));
        return points;
    }

    /** The longest window, from its first reading to its last one. */
    synchronized Duration longestWindow() {
        return longest;
    }

    synchronized Optional<ModelRef> model() {
        return model;
    }
}
