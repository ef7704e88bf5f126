package io.qanat.gateway.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * An OSGi framework that runs the bundles of a folder. The launcher and the bundles share the packages {@code
 * io.qanat.api}, slf4j and Configuration Admin, so that the launcher can use services by these types.
 *
 * <p>Threads: any; {@link #close()} once.
 */
public final class OsgiFramework implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CONFIGURATION_TIMEOUT = Duration.ofSeconds(10);

    /** Packages that the bundles import from the launcher's class path. */
    private static final String SHARED_PACKAGES = "io.qanat.api;version=1.0.0,"
            + "org.slf4j;version=1.7.36,org.slf4j.event;version=1.7.36,"
            + "org.slf4j.helpers;version=1.7.36,org.slf4j.spi;version=1.7.36,"
            + "org.osgi.service.cm;version=1.6.1";

    private final Framework framework;
    private final Map<Class<?>, ServiceTracker<?, ?>> services = new ConcurrentHashMap<>();

    private OsgiFramework(Framework framework) {
        this.framework = framework;
    }

    /**
     * Starts a framework with all bundles of a folder.
     *
     * @param bundlesDir folder of the bundles' jars
     * @param storageDir folder of the framework's own files; emptied first
     * @param frameworkProperties added to the launcher's own or in their place; extra system packages are added
     * @throws FrameworkException when a bundle cannot be installed, resolved or started; the framework is stopped then
     */
    public static OsgiFramework start(Path bundlesDir, Path storageDir, Map<String, String> frameworkProperties) {
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new FrameworkException("There is no OSGi framework on the class path: add"
                        + " org.eclipse.osgi to the launcher's lib folder."))
                .newFramework(properties(storageDir, frameworkProperties));
        OsgiFramework started = new OsgiFramework(framework);
        try {
            framework.start();
            started.startAll(started.install(bundlesDir));
            return started;
        } catch (BundleException e) {
            started.close();
            throw new FrameworkException(
                    "The OSGi framework did not start in " + storageDir + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /**
     * Installs and starts one more bundle.
     *
     * @throws FrameworkException when it cannot be installed, resolved or started
     */
    public void add(Path jar) {
        try {
            startAll(List.of(
                    framework.getBundleContext().installBundle(jar.toUri().toString())));
        } catch (BundleException e) {
            throw new FrameworkException("The bundle " + jar + " cannot be installed: " + reason(e), e);
        }
    }

    /**
     * A service, once it is there. It is held until the framework stops.
     *
     * @throws FrameworkException when it is not there in time
     */
    public <T> T service(Class<T> type, Duration timeout) {
        ServiceTracker<?, ?> tracker = services.computeIfAbsent(type, this::track);
        try {
            Object service = tracker.waitForService(Math.max(1, timeout.toMillis()));
            if (service == null) {
                throw new FrameworkException("No bundle offers the service " + type.getName() + " within "
                        + timeout.toMillis() + " ms. Its bundle may miss its configuration or another service."
                        + inactiveBundles());
            }
            return type.cast(service);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FrameworkException("Interrupted while waiting for the service " + type.getName() + ".", e);
        }
    }

    /** Sets the configuration of a component; the component follows in its own time. */
    public void configure(String pid, Map<String, Object> properties) {
        try {
            service(ConfigurationAdmin.class, CONFIGURATION_TIMEOUT)
                    .getConfiguration(pid, "?")
                    .update(new Hashtable<>(properties));
        } catch (IOException e) {
            throw new FrameworkException("The configuration " + pid + " could not be stored: " + e.getMessage(), e);
        }
    }

    /** Sets the configuration of one of several components that a factory configuration makes. */
    public void configureInstance(String factoryPid, String name, Map<String, Object> properties) {
        try {
            service(ConfigurationAdmin.class, CONFIGURATION_TIMEOUT)
                    .getFactoryConfiguration(factoryPid, name, "?")
                    .update(new Hashtable<>(properties));
        } catch (IOException e) {
            throw new FrameworkException(
                    "The configuration " + factoryPid + " " + name + " could not be stored: " + e.getMessage(), e);
        }
    }

    /** All installed bundles but the framework itself. */
    public List<BundleState> bundles() {
        return Stream.of(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID)
                .map(BundleState::of)
                .toList();
    }

    /**
     * Puts a bundle in the place of the installed one of the same name and starts it, with all that depend on it. When it
     * does not start it stays installed and inactive: update to one that does.
     *
     * @return the bundle as it is then
     * @throws FrameworkException when no bundle of that name is installed, or it does not resolve or start
     */
    public BundleState update(Path jar) {
        Bundle installed = installed(symbolicName(jar));
        try (InputStream content = Files.newInputStream(jar)) {
            // Stopped first, it goes and comes once; else updating and refreshing would both restart it.
            installed.stop();
            installed.update(content);
            refresh(installed);
            installed.start(Bundle.START_ACTIVATION_POLICY);
            return BundleState.of(installed);
        } catch (IOException e) {
            throw new FrameworkException("The bundle " + jar + " cannot be read: " + e.getMessage(), e);
        } catch (BundleException e) {
            throw new FrameworkException("The bundle " + jar + " does not start: " + reason(e), e);
        }
    }

    private Bundle installed(String symbolicName) {
        return Stream.of(framework.getBundleContext().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new FrameworkException("No bundle " + symbolicName + " is installed: there are "
                        + bundles().stream()
                                .map(BundleState::symbolicName)
                                .sorted()
                                .toList()));
    }

    private static String symbolicName(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (name == null) {
                throw new FrameworkException(
                        jar + " is no OSGi bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME + ".");
            }
            return name.split(";", 2)[0].strip();
        } catch (IOException e) {
            throw new FrameworkException("The bundle " + jar + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Gives those that use the bundle's earlier packages the new ones. */
    private void refresh(Bundle bundle) {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> refreshed.countDown());
        try {
            if (!refreshed.await(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new FrameworkException("The bundles that use " + bundle.getSymbolicName()
                        + " did not restart within " + STOP_TIMEOUT.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FrameworkException("Interrupted while " + bundle.getSymbolicName() + " was updated.", e);
        }
    }

    /** The framework, for what this class does not offer, such as stopping one bundle. */
    public Framework framework() {
        return framework;
    }

    /**
     * Stops all bundles, then the framework.
     *
     * @throws FrameworkException when it did not stop within a minute
     */
    @Override
    public void close() {
        services.values().forEach(ServiceTracker::close);
        services.clear();
        try {
            framework.stop();
            if (framework.waitForStop(STOP_TIMEOUT.toMillis()).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                throw new FrameworkException(
                        "The OSGi framework did not stop within " + STOP_TIMEOUT.toSeconds() + " s.");
            }
        } catch (BundleException e) {
            throw new FrameworkException("The OSGi framework did not stop: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> properties(Path storageDir, Map<String, String> added) {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, storageDir.toAbsolutePath().toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED_PACKAGES);
        added.forEach((key, value) -> properties.merge(key, value, (own, more) -> merged(key, own, more)));
        return properties;
    }

    private static String merged(String key, String own, String added) {
        return key.equals(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA) ? own + "," + added : added;
    }

    private List<Bundle> install(Path bundlesDir) throws BundleException {
        List<Bundle> installed = new ArrayList<>();
        for (Path jar : jars(bundlesDir)) {
            installed.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
        }
        return installed;
    }

    private static List<Path> jars(Path bundlesDir) {
        try (Stream<Path> files = Files.list(bundlesDir)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new FrameworkException(
                    "The folder of bundles " + bundlesDir + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Starts each bundle and reports all that do not start at once: they often share one cause. */
    private void startAll(List<Bundle> bundles) {
        List<String> failures = new ArrayList<>();
        for (Bundle bundle : bundles) {
            try {
                if (!isFragment(bundle)) {
                    bundle.start(Bundle.START_ACTIVATION_POLICY);
                }
            } catch (BundleException e) {
                failures.add(bundle.getSymbolicName() + " " + bundle.getVersion() + ": " + reason(e));
            }
        }
        if (!failures.isEmpty()) {
            throw new FrameworkException(failures.size() + " of " + bundles.size() + " bundles did not start:\n  "
                    + String.join("\n  ", failures));
        }
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** An unresolved import is told over several lines; an activator's failure is in the cause. */
    private static String reason(BundleException e) {
        Throwable cause = e.getCause();
        String text = cause == null || e.getType() == BundleException.RESOLVE_ERROR
                ? String.valueOf(e.getMessage())
                : cause.toString();
        return Arrays.stream(text.split("\\R"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n      "));
    }

    private ServiceTracker<?, ?> track(Class<?> type) {
        ServiceTracker<?, ?> tracker = new ServiceTracker<>(framework.getBundleContext(), type.getName(), null);
        tracker.open();
        return tracker;
    }

    private String inactiveBundles() {
        List<String> inactive = bundles().stream()
                .filter(bundle -> !bundle.isActive())
                .map(BundleState::toString)
                .toList();
        return inactive.isEmpty() ? "" : " Not active: " + String.join(", ", inactive) + ".";
    }
}
