package io.qanat.inference;

import io.qanat.api.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code model.json} as docs/formats.md describes it. Fields that it does not know are ignored. */
final class ManifestReader {
    private static final int SCHEMA_VERSION = 1;

    /** A picture of 8 megapixels in three colours has fewer. */
    private static final int MOST_VALUES = 1 << 25;

    private static final String INPUT_TYPE = "float32";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Field top;

    private ManifestReader(Field top) {
        this.top = top;
    }

    static Manifest read(Path file) throws ModelException {
        return new ManifestReader(Field.read(file)).manifest();
    }

    private Manifest manifest() throws ModelException {
        Field schema = top.get("schemaVersion");
        if (schema.positive() != SCHEMA_VERSION) {
            throw schema.wrong(SCHEMA_VERSION + ", the only one that this version of Qanat reads");
        }
        Map<String, Manifest.Variant> variants = variants();
        Manifest manifest = new Manifest(
                top.get("name").text(NAME, "letters, digits, '.', '_' and '-'"),
                top.get("version").text(NAME, "letters, digits, '.', '_' and '-'"),
                tensor(top.get("input")),
                outputs(),
                channels(),
                top.get("threshold").number(),
                top.get("defaultVariant").text(),
                variants,
                top.get("golden").text(),
                files(),
                placement());
        check(manifest);
        return manifest;
    }

    private void check(Manifest manifest) throws ModelException {
        if (!manifest.variants().containsKey(manifest.defaultVariant())) {
            throw top.get("defaultVariant")
                    .wrong("one of " + manifest.variants().keySet());
        }
        int length = top.get("window").get("length").positive();
        List<Integer> row = List.of(length, manifest.channels().size());
        if (!manifest.input().row().equals(row)) {
            throw top.get("input")
                    .get("shape")
                    .wrong("[null,16,2] with the window's length and its number of channels, here [null," + length + ","
                            + manifest.channels().size() + "]");
        }
        if (!manifest.input().type().equals(INPUT_TYPE)) {
            throw top.get("input").get("type").wrong(INPUT_TYPE + ", as windows of readings are");
        }
        checkOutputs(manifest);
        for (TensorSpec output : manifest.outputs()) {
            if (output.batch() != manifest.input().batch()) {
                throw top.get("outputs").wrong(output.name() + " with the same first dimension as the input");
            }
        }
        for (Manifest.Variant variant : manifest.variants().values()) {
            listed(manifest, variant.file());
        }
        listed(manifest, manifest.golden());
    }

    private void checkOutputs(Manifest manifest) throws ModelException {
        TensorSpec score = manifest.output(Manifest.SCORE)
                .orElseThrow(() -> top.get("outputs").wrong("an output named " + Manifest.SCORE));
        floats(score, 1);
        if (manifest.output(Manifest.CONTRIBUTIONS).isPresent()) {
            floats(
                    manifest.output(Manifest.CONTRIBUTIONS).get(),
                    manifest.channels().size());
        }
    }

    private void floats(TensorSpec output, int width) throws ModelException {
        if (!output.type().equals(INPUT_TYPE) || output.width() != width) {
            throw top.get("outputs").wrong(output.name() + " as float32 with " + width + " value(s) a window");
        }
    }

    private void listed(Manifest manifest, String file) throws ModelException {
        if (!manifest.files().containsKey(file)) {
            throw top.get("files").get(file).wrong("the sha256 of that file, which the package uses");
        }
    }

    private Placement placement() throws ModelException {
        return new Placement(optional("instances"), optional("intraOpThreads"), Placement.CPU);
    }

    private int optional(String name) throws ModelException {
        Field field = top.get(name);
        int value = field.node().isMissingNode() ? 1 : field.positive();
        if (value > Placement.MOST) {
            throw field.wrong("a whole number of at most " + Placement.MOST);
        }
        return value;
    }

    private List<TensorSpec> outputs() throws ModelException {
        List<TensorSpec> outputs = new ArrayList<>();
        for (Field item : top.get("outputs").items()) {
            outputs.add(tensor(item));
        }
        return outputs;
    }

    private static TensorSpec tensor(Field field) throws ModelException {
        List<Field> shape = field.get("shape").items();
        int batch = shape.get(0).node().isNull() ? 0 : shape.get(0).positive();
        List<Integer> row = new ArrayList<>();
        for (Field dimension : shape.subList(1, shape.size())) {
            row.add(dimension.positive());
        }
        requireMemory(field.get("shape"), batch, row);
        return new TensorSpec(field.get("name").text(), field.get("type").text(), batch, row);
    }

    private static void requireMemory(Field shape, int batch, List<Integer> row) throws ModelException {
        // As doubles: they do not wrap around.
        double values = row.stream().mapToDouble(Integer::doubleValue).reduce(Math.max(1, batch), (a, b) -> a * b);
        if (values > MOST_VALUES) {
            throw shape.wrong("at most " + MOST_VALUES + " values");
        }
    }

    private List<String> channels() throws ModelException {
        Field field = top.get("window").get("channels");
        List<String> channels = new ArrayList<>();
        for (Field item : field.items()) {
            channels.add(item.text());
        }
        if (channels.stream().distinct().count() != channels.size()) {
            throw field.wrong("each channel once");
        }
        return channels;
    }

    private Map<String, Manifest.Variant> variants() throws ModelException {
        Map<String, Manifest.Variant> variants = new HashMap<>();
        for (Field item : top.get("variants").items()) {
            String name = item.get("name").text();
            Field tolerance = item.get("tolerance");
            Tolerance allowed = new Tolerance(
                    tolerance.get("absolute").notNegative(),
                    tolerance.get("relative").notNegative());
            if (variants.put(name, new Manifest.Variant(name, item.get("file").text(), allowed)) != null) {
                throw item.get("name").wrong("a name that no other variant has");
            }
        }
        return variants;
    }

    private Map<String, String> files() throws ModelException {
        Field field = top.get("files");
        Map<String, String> files = new HashMap<>();
        for (String path : field.names()) {
            files.put(path, field.get(path).text(SHA256, "a sha256 as 64 lower-case hexadecimal digits"));
        }
        return files;
    }
}
