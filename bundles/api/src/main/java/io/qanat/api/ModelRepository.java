package io.qanat.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The models that routes can use by name. Threads: any; one change at a time. */
public interface ModelRepository {
    /**
     * Loads, checks and self-tests a model package and makes it the active version of its name. When anything is wrong
     * the version that was active stays. The package is trusted and stays where it is; after a restart it is active only
     * if it lies where the gateway keeps its models. For a package from outside use {@link #add}.
     *
     * @param folder of the package, as in docs/formats.md
     * @return what is now active
     * @throws ModelException with one message that says what is wrong, where and what to do
     */
    ModelRef activate(Path folder) throws ModelException;

    /** The active version of a model. */
    Optional<ModelRef> active(String name);

    /**
     * Checks a package from outside, its signature among all else, and keeps a copy. It is not active yet.
     *
     * @param folderOrZip a package as a folder or as one zip file
     * @return what was added
     * @throws ModelException when it may not be used; nothing is kept then
     */
    ModelRef add(Path folderOrZip) throws ModelException;

    /** The same with the variant that the package chooses. */
    default ModelRef activate(String name, String version) throws ModelException {
        return activate(name, version, "");
    }

    /**
     * Makes an installed version the active one, without a failed or dropped window. It stays so after a restart.
     *
     * @param variant file of the package that is to run, such as {@code int8}; empty: the package's choice. A route that
     *     asks for a variant gets that one all the same
     * @return what now runs
     * @throws ModelException when there is no such version or variant or it cannot be used; the version that was active
     *     stays
     */
    ModelRef activate(String name, String version, String variant) throws ModelException;

    /**
     * Goes back to the version that was active before.
     *
     * @throws ModelException when there is none or it cannot be used; the active version stays
     */
    ModelRef rollback(String name) throws ModelException;

    /**
     * Has an installed version score the same windows as the active one. Its scores are compared, and nothing depends on
     * them; the figures are in the status of the model. Another shadow of the model ends, and an activation ends it too.
     *
     * @throws ModelException when there is no such version, it cannot be used, or no version is active
     */
    void shadow(String name, String version) throws ModelException;

    /** Ends the shadow of a model; nothing happens when there is none. */
    void endShadow(String name);

    /**
     * Deletes a version that was added.
     *
     * @throws ModelException when it is in use, or is not there, or belongs to the installation
     */
    void remove(String name, String version) throws ModelException;

    /** All versions on the gateway, by name, the newest first. */
    List<ModelVersion> versions();
}
