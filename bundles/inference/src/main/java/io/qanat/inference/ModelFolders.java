package io.qanat.inference;

import io.qanat.api.ModelException;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The packages in a directory {@code <models>/<name>/<version>/}. */
final class ModelFolders {
    private ModelFolders() {}

    /** The folder of the highest version of each name; folders that are no versions are passed over. */
    static List<Path> newest(Path models) throws ModelException {
        try {
            List<Path> newest = new ArrayList<>();
            for (Path name : folders(models)) {
                folders(name).stream()
                        .filter(folder -> version(folder).isPresent())
                        .max(Comparator.comparing(folder -> version(folder).orElseThrow()))
                        .ifPresent(newest::add);
            }
            return newest;
        } catch (IOException e) {
            throw new ModelException(
                    "cannot list the models in " + models + ": " + e + "; set 'models' of io.qanat.inference", e);
        }
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static Optional<Version> version(Path folder) {
        try {
            return Optional.of(Version.parse(folder.getFileName().toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
