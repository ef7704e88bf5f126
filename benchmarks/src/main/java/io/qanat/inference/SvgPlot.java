package io.qanat.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves over one axis, each scaled from 0 to its own maximum, as a small SVG. The libraries that draw charts bring an SVG
 * writer under the LGPL or GPL, and need fonts on the machine that measures.
 */
final class SvgPlot {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 360;
    private static final int LEFT = 60;
    private static final int TOP = 50;
    private static final int BOTTOM = 310;
    private static final int LINE = 18;
    private static final double ROOM_ABOVE = 1.25;

    private final String axis;
    private final List<Curve> curves = new ArrayList<>();

    /** @param axis what the curves run over */
    SvgPlot(String axis) {
        this.axis = axis;
    }

    /** @param points x and y of each, ascending in x */
    private record Curve(String name, String colour, List<double[]> points) {
        double most(int coordinate) {
            return points.stream().mapToDouble(point -> point[coordinate]).max().orElse(1);
        }
    }

    SvgPlot curve(String name, String colour, List<double[]> points) {
        curves.add(new Curve(name, colour, points));
        return this;
    }

    void write(Path file) throws IOException {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">",
                WIDTH,
                HEIGHT);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        add(svg, "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#555\"/>", LEFT, TOP, BOTTOM, WIDTH - LEFT);
        double most = curves.stream().mapToDouble(curve -> curve.most(0)).max().orElse(1);
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, curves.get(i), most, TOP - LINE - LINE * (curves.size() - 2 - i));
        }
        text(svg, LEFT, BOTTOM + LINE, "#000", "0");
        text(svg, WIDTH / 3, BOTTOM + 2 * LINE, "#000", axis);
        text(svg, WIDTH - LEFT - 2 * LINE, BOTTOM + LINE, "#000", String.format(Locale.ROOT, "%,.0f", most));
        Files.writeString(file, svg.append("</svg>\n"));
    }

    private static void curve(StringBuilder svg, Curve curve, double mostX, int labelY) {
        double mostY = curve.most(1) * ROOM_ABOVE;
        StringBuilder points = new StringBuilder();
        for (double[] point : curve.points) {
            points.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    LEFT + point[0] / mostX * (WIDTH - 2 * LEFT),
                    BOTTOM - point[1] / mostY * (BOTTOM - TOP)));
        }
        add(
                svg,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                points.toString().strip(),
                curve.colour);
        text(
                svg,
                LEFT + LINE / 2,
                labelY,
                curve.colour,
                String.format(
                        Locale.ROOT, "%s: at most %,.0f; the axis ends at %,.0f", curve.name, curve.most(1), mostY));
    }

    private static void text(StringBuilder svg, int x, int y, String colour, String text) {
        add(svg, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>", x, y, colour, text);
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
