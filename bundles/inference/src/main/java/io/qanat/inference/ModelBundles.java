package io.qanat.inference;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Model packages inside of bundles. The header {@value #HEADER} of a bundle names a folder in it that holds {@code
 * <name>/<version>/}. They are trusted with the bundle, and there from its start to its stop.
 *
 * <p>Threads: those that start and stop bundles.
 */
@Component(
        name = "io.qanat.inference.bundles",
        immediate = true,
        service = {})
public final class ModelBundles implements BundleTrackerCustomizer<Path> {
    /** The manifest header. */
    public static final String HEADER = "Qanat-Models";

    private static final Logger LOG = LoggerFactory.getLogger(ModelBundles.class);

    private final InstalledModels models;
    private final Path folder;
    private final BundleTracker<Path> tracker;

    /** For Declarative Services. */
    @Activate
    public ModelBundles(BundleContext context, @Reference InstalledModels models) {
        this.models = models;
        this.folder = context.getDataFile("bundled-models").toPath();
        this.tracker = new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, this);
        tracker.open();
    }

    @Override
    public @Nullable Path addingBundle(Bundle bundle, @Nullable BundleEvent event) {
        String inside = bundle.getHeaders().get(HEADER);
        if (inside == null) {
            return null;
        }
        try {
            // ONNX Runtime and the golden samples are read from files.
            Path root = Files.createTempDirectory(Files.createDirectories(folder), bundle.getSymbolicName() + "-");
            copy(bundle, inside.strip(), root);
            models.offer(root);
            return root;
        } catch (IOException | RuntimeException e) {
            // The tracker is the boundary: another bundle's models must not be lost by it.
            LOG.error(
                    "The models of the bundle {} {} are left out ({}): see its header {}, and that there is room on the"
                            + " disk",
                    bundle.getSymbolicName(),
                    bundle.getVersion(),
                    e.toString(),
                    HEADER);
            return null;
        }
    }

    private static void copy(Bundle bundle, String inside, Path root) throws IOException {
        Enumeration<URL> entries = bundle.findEntries(inside, "*", true);
        if (entries == null) {
            throw new IOException("there is no folder " + inside + " in it");
        }
        String above = inside.startsWith("/") ? inside : "/" + inside;
        for (URL entry : List.copyOf(Collections.list(entries))) {
            String path = entry.getPath();
            Path target = root.resolve(path.substring(above.length()).replaceFirst("^/+", ""))
                    .normalize();
            if (!path.endsWith("/") && target.startsWith(root)) {
                Files.createDirectories(target.getParent());
                try (InputStream content = entry.openStream()) {
                    Files.copy(content, target);
                }
            }
        }
    }

    @Override
    public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, Path root) {
        // From starting to active: nothing changes.
    }

    @Override
    public void removedBundle(Bundle bundle, @Nullable BundleEvent event, Path root) {
        models.withdraw(root);
        PackageStore.delete(root);
    }

    @Deactivate
    void close() {
        tracker.close();
    }
}
