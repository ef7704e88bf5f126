package io.qanat.inference;

import io.qanat.api.ModelException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code model.json}, format version 1. */
final class ManifestReader {
    private static final int SCHEMA_VERSION = 1;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

    private ManifestReader() {}

    static ModelManifest read(Path file) throws ModelException {
        JsonFields json = JsonFields.read(file);
        requireSchema(json);
        ModelManifest manifest = new ModelManifest(
                name(json),
                version(json),
                tensor(json.object("input")),
                tensors(json),
                window(json.object("window")),
                json.number("threshold"),
                json.text("defaultVariant"),
                variants(json),
                json.text("golden"),
                json.textByName("files"));
        try {
            manifest.check();
        } catch (ModelException e) {
            throw new ModelException(file + ": " + e.getMessage(), e);
        }
        return manifest;
    }

    private static void requireSchema(JsonFields json) throws ModelException {
        int found = json.positive("schemaVersion");
        if (found != SCHEMA_VERSION) {
            throw json.wrong(
                    "schemaVersion", String.valueOf(found), SCHEMA_VERSION + "; a newer gateway reads newer packages");
        }
    }

    /** The name becomes part of URIs, thread names and paths. */
    private static String name(JsonFields json) throws ModelException {
        String name = json.text("name");
        if (!name.matches(NAME)) {
            throw json.wrong("name", "'" + name + "'", "letters, digits, '.', '_' and '-'");
        }
        return name;
    }

    private static String version(JsonFields json) throws ModelException {
        String version = json.text("version");
        try {
            ModuleDescriptor.Version.parse(version);
        } catch (IllegalArgumentException e) {
            throw json.wrong("version", "'" + version + "'", "a version such as 1.0.0");
        }
        return version;
    }

    private static TensorSpec tensor(JsonFields json) throws ModelException {
        return new TensorSpec(json.text("name"), json.text("type"), json.shape("shape"));
    }

    private static List<TensorSpec> tensors(JsonFields json) throws ModelException {
        List<TensorSpec> tensors = new ArrayList<>();
        for (JsonFields output : json.objects("outputs")) {
            tensors.add(tensor(output));
        }
        return tensors;
    }

    private static WindowSpec window(JsonFields json) throws ModelException {
        List<String> channels = json.texts("channels");
        if (Set.copyOf(channels).size() != channels.size()) {
            throw json.wrong("channels", channels.toString(), "each channel once");
        }
        return new WindowSpec(json.positive("length"), channels);
    }

    private static List<Variant> variants(JsonFields json) throws ModelException {
        List<Variant> variants = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonFields variant : json.objects("variants")) {
            JsonFields tolerance = variant.object("tolerance");
            variants.add(new Variant(
                    variant.text("name"),
                    variant.text("file"),
                    new Variant.Tolerance(tolerance.notNegative("absolute"), tolerance.notNegative("relative"))));
            if (!names.add(variant.text("name"))) {
                throw variant.wrong("name", "'" + variant.text("name") + "' again", "each variant once");
            }
        }
        return variants;
    }
}
