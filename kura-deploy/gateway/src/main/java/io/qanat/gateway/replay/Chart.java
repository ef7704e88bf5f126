package io.qanat.gateway.replay;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;

/** Charts one below the other in an SVG file. Threads: one. */
public final class Chart {
    private Chart() {}

    /** @throws IOException when the file cannot be written, or Java finds no font to draw with */
    public static void write(Path file, List<XYChart> charts) throws IOException {
        System.setProperty("java.awt.headless", "true");
        try {
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
            context.setPrecision(1);
            SVGGraphics2D svg = new SVGGraphics2D(context, false);
            int height = 0;
            for (XYChart chart : charts) {
                Graphics2D part = (Graphics2D) svg.create();
                part.transform(AffineTransform.getTranslateInstance(0, height));
                chart.paint(part, chart.getWidth(), chart.getHeight());
                height += chart.getHeight();
            }
            int width = charts.stream().mapToInt(XYChart::getWidth).max().orElse(1);
            svg.setSVGCanvasSize(new Dimension(width, height));
            try (Writer writer = Files.newBufferedWriter(file)) {
                svg.stream(writer, false);
            }
        } catch (LinkageError | InternalError e) {
            throw new IOException(
                    "no picture: Java finds no fonts here (" + e + "); install the packages fontconfig and"
                            + " fonts-dejavu-core, or leave the picture out",
                    e);
        }
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java makes no XML documents", e);
        }
    }
}
