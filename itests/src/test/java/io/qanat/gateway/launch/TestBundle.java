package io.qanat.gateway.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.osgi.framework.Constants;

/** Makes a bundle of the test classes of one package. */
final class TestBundle {
    /** Declarative Services and Configuration Admin, with what they need. */
    static final List<String> SERVICES = List.of(
            "org.apache.felix.scr",
            "org.apache.felix.configadmin",
            "org.osgi.service.component",
            "org.osgi.util.promise",
            "org.osgi.util.function");

    private final String symbolicName;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Attributes headers = new Attributes();

    TestBundle(String symbolicName) {
        this.symbolicName = symbolicName;
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        headers.putValue(Constants.BUNDLE_VERSION, "1.0.0");
    }

    /** Adds the classes of the activator's package. */
    TestBundle activator(Class<?> activator) {
        headers.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        String folder = activator.getPackageName().replace('.', '/');
        try (Stream<Path> files = Files.list(Path.of("target/test-classes", folder))) {
            for (Path file : files.toList()) {
                entries.put(folder + "/" + file.getFileName(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Leaves the classes as they are, but nothing starts them. */
    TestBundle withoutActivator() {
        headers.remove(new Attributes.Name(Constants.BUNDLE_ACTIVATOR));
        return this;
    }

    TestBundle imports(String... packages) {
        String own = headers.getValue(Constants.IMPORT_PACKAGE);
        String added = String.join(",", packages);
        headers.putValue(Constants.IMPORT_PACKAGE, own == null ? added : own + "," + added);
        return this;
    }

    /** Imports packages of Camel in the range that stages use. */
    TestBundle camel(String... packages) {
        return imports(Stream.of(packages)
                .map(name -> name + ";version=\"[4.17,4.18)\"")
                .toArray(String[]::new));
    }

    TestBundle entry(String path, String text) {
        return entry(path, text.getBytes(StandardCharsets.UTF_8));
    }

    TestBundle entry(String path, byte[] content) {
        entries.put(path, content);
        return this;
    }

    TestBundle header(String name, String value) {
        headers.putValue(name, value);
        return this;
    }

    /** Writes the jar into the folder. */
    Path in(Path folder) {
        Path jar = folder.resolve(symbolicName + ".jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putAll(headers);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** Copies those of the gateway's bundles whose symbolic names are given. */
    static void copy(Path folder, List<String> names) {
        Path bundles = Path.of(System.getProperty("gateway"), "bundles");
        try (Stream<Path> jars = Files.list(bundles)) {
            for (Path jar : jars.toList()) {
                if (names.stream().anyMatch(name -> jar.getFileName().toString().startsWith(name + "-"))) {
                    Files.copy(jar, folder.resolve(jar.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
