package io.qanat.gateway.replay;

import io.qanat.api.DryRun.Replay;
import io.qanat.api.DryRun.ScorePoint;
import io.qanat.api.DryRunAlarm;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The picture of a {@link Tuning}: for each of up to four assets the score over time with its threshold, the labelled events
 * shaded and the alarms of the first setting marked; then the alarms per hour of each setting against the events that it
 * misses.
 */
public final class TuningChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 260;
    private static final int MOST_ASSETS = 4;
    private static final Color SHADE = new Color(255, 190, 60, 120);
    private static final Color SCORE = new Color(31, 119, 180);
    private static final Color ALARM = new Color(214, 39, 40);

    private TuningChart() {}

    public static void write(Path file, Tuning tuning) throws IOException {
        List<XYChart> charts = new ArrayList<>();
        for (String asset : assets(tuning)) {
            charts.add(scores(asset, tuning));
        }
        charts.add(settings(tuning));
        Chart.write(file, charts);
    }

    /** Those with labels or alarms first. */
    private static List<String> assets(Tuning tuning) {
        Replay replay = tuning.replay();
        return replay.scores().keySet().stream()
                .sorted(Comparator.comparing((String asset) -> -weight(asset, tuning))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST_ASSETS)
                .sorted()
                .toList();
    }

    private static long weight(String asset, Tuning tuning) {
        return 1000
                        * tuning.events().stream()
                                .filter(event -> event.asset().equals(asset))
                                .count()
                + alarms(asset, tuning).size();
    }

    private static List<DryRunAlarm> alarms(String asset, Tuning tuning) {
        return tuning.replay().outcomes().get(0).alarms().stream()
                .filter(alarm -> alarm.asset().equals(asset))
                .toList();
    }

    private static XYChart scores(String asset, Tuning tuning) {
        List<ScorePoint> points = tuning.replay().scores().getOrDefault(asset, List.of());
        XYChart chart = chart("Score of " + asset, "", "score", HEIGHT);
        chart.getStyler().setDatePattern("HH:mm");
        double top = 1.05
                * points.stream()
                        .mapToDouble(point -> Math.max(point.score(), point.threshold()))
                        .max()
                        .orElse(1);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(top > 0 ? top : 1);
        shade(
                chart,
                tuning.events().stream()
                        .filter(event -> event.asset().equals(asset))
                        .toList(),
                top);
        List<Date> times = points.stream().map(point -> Date.from(point.at())).toList();
        line(chart, "score", times, points.stream().map(ScorePoint::score).toList(), SCORE);
        line(
                chart,
                "threshold of the model",
                times,
                points.stream().map(ScorePoint::threshold).toList(),
                Color.GRAY);
        mark(chart, alarms(asset, tuning));
        return chart;
    }

    private static void shade(XYChart chart, List<Label> events, double top) {
        for (int i = 0; i < events.size(); i++) {
            Label event = events.get(i);
            List<Date> times = dates(event.from(), event.from(), event.to(), event.to());
            XYSeries area = chart.addSeries("labelled event " + (i + 1), times, List.of(0.0, top, top, 0.0));
            area.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
            area.setFillColor(SHADE);
            area.setLineColor(SHADE);
            area.setMarker(SeriesMarkers.NONE);
            area.setShowInLegend(i == 0);
        }
    }

    private static List<Date> dates(Instant... instants) {
        return List.of(instants).stream().map(Date::from).toList();
    }

    private static void line(XYChart chart, String name, List<Date> times, List<Double> values, Color colour) {
        XYSeries series = chart.addSeries(name, times, values);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineWidth(1);
    }

    private static void mark(XYChart chart, List<DryRunAlarm> alarms) {
        if (!alarms.isEmpty()) {
            XYSeries marks = chart.addSeries(
                    "alarm raised",
                    alarms.stream().map(alarm -> Date.from(alarm.raisedAt())).toList(),
                    alarms.stream().map(DryRunAlarm::threshold).toList());
            marks.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
            marks.setMarker(SeriesMarkers.TRIANGLE_UP);
            marks.setMarkerColor(ALARM);
        }
    }

    /** Settings with the same outcome share a mark. */
    private static XYChart settings(Tuning tuning) {
        boolean labelled = !tuning.events().isEmpty();
        XYChart chart = chart(
                "Which setting: fewer alarms to the left" + (labelled ? ", fewer missed events below" : ""),
                "alarms per hour",
                labelled ? "events missed" : "",
                2 * HEIGHT);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        // The names of settings are long.
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Vertical);
        // Always given: XChart never ends to look for the ticks of an axis on which all values are one.
        double most = IntStream.range(0, tuning.verdicts().size())
                .mapToDouble(tuning::alarmsPerHour)
                .max()
                .orElse(0);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(most == 0 ? 1 : 1.1 * most);
        chart.getStyler().setYAxisMin(-0.5).setYAxisMax(tuning.events().size() + 0.5);
        Map<String, List<Integer>> same = new TreeMap<>();
        for (int i = 0; i < tuning.verdicts().size(); i++) {
            Verdict verdict = tuning.verdicts().get(i);
            same.computeIfAbsent(verdict.raised() + "/" + verdict.missed().size(), key -> new ArrayList<>())
                    .add(i);
        }
        same.values()
                .forEach(settings -> chart.addSeries(
                        names(settings, tuning), new double[] {tuning.alarmsPerHour(settings.get(0))}, new double[] {
                            tuning.verdicts().get(settings.get(0)).missed().size()
                        }));
        return chart;
    }

    private static String names(List<Integer> settings, Tuning tuning) {
        String names = String.join(
                " | ",
                settings.stream()
                        .limit(MOST_ASSETS)
                        .map(i -> SettingGrid.name(
                                tuning.replay().outcomes().get(i).options()))
                        .toList());
        return settings.size() > MOST_ASSETS ? names + " | and " + (settings.size() - MOST_ASSETS) + " more" : names;
    }

    private static XYChart chart(String title, String x, String y, int height) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotGridLinesVisible(false);
        return chart;
    }
}
