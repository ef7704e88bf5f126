package io.qanat.inference;

import io.qanat.api.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A model that is measured.
 *
 * @param label for people
 * @param folder of its package
 * @param windows of different assets, which it is fed with in turn
 */
record Subject(String label, Path folder, List<Window> windows) {
    private static final int ASSETS = 64;

    Subject {
        windows = List.copyOf(windows);
    }

    static Subject mean(Path parent) throws IOException {
        return of("mean of 2 values", parent, "mean", OnnxGraph.mean(1, 2));
    }

    static Subject dense(Path parent) throws IOException {
        return of("dense 64-32-64", parent, "dense", OnnxGraph.dense(32, 2, 32, new Random(7)));
    }

    static Subject conv1d(Path parent) throws IOException {
        return of("conv1d 64x2", parent, "conv", OnnxGraph.conv1d(64, 2, 16, new Random(7)));
    }

    /** Four two-dimensional convolutions over a picture of 64 x 64 pixels with 3 colours. */
    static Subject image(Path parent) throws IOException {
        return of("image 64x64x3", parent, "image", OnnxGraph.image(64, 16, new Random(7)));
    }

    static Subject shipped() throws IOException {
        return new Subject("mote-detector", Packages.shipped(), Packages.windows("a"));
    }

    private static Subject of(String label, Path parent, String name, OnnxGraph graph) throws IOException {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < ASSETS; i++) {
            windows.add(OnnxPackage.window(graph, "asset-" + i, OnnxPackage.values(graph, i % 4)));
        }
        return new Subject(label, OnnxPackage.write(parent, name, "1.0.0", graph), windows);
    }
}
