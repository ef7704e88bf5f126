package io.qanat.routes;

import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.ModelVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says which models there are; nothing else is asked of it. */
record NamedModels(Set<String> names) implements ModelRepository {
    @Override
    public Optional<ModelRef> active(String name) {
        return names.contains(name) ? Optional.of(new ModelRef(name, "1.0.0", "fp32", "0")) : Optional.empty();
    }

    @Override
    public List<ModelVersion> versions() {
        return names.stream().map(NamedModels::version).toList();
    }

    private static ModelVersion version(String name) {
        return new ModelVersion(name, "1.0.0", ModelVersion.State.ACTIVE);
    }

    @Override
    public ModelRef activate(Path folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelRef add(Path folderOrZip) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelRef activate(String name, String version, String variant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelRef rollback(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shadow(String name, String version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void endShadow(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String name, String version) {
        throw new UnsupportedOperationException();
    }
}
