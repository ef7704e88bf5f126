package io.qanat.api;

import java.nio.file.Path;
import java.util.Optional;

/** The models that routes can use by name. Threads: any. */
public interface ModelRepository {
    /**
     * Loads, checks and self-tests a model package and makes it the active version of its name. When anything is wrong
     * the version that was active stays.
     *
     * @param folder of the package, as in docs/formats.md
     * @return what is now active
     * @throws ModelException with one message that says what is wrong, where and what to do
     */
    ModelRef activate(Path folder) throws ModelException;

    /** The active version of a model. */
    Optional<ModelRef> active(String name);
}
