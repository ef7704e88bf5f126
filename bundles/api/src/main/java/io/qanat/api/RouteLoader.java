package io.qanat.api;

import java.util.List;

/** Runs the routes of texts; a text replaces its own earlier version. Threads: any; one change at a time. */
public interface RouteLoader {
    /**
     * Checks the text, starts its routes and stops those of the earlier text of this name. When anything is wrong the
     * running routes stay. What runs is a version of the text, and runs again after a restart.
     *
     * @param name of the text for messages, such as its file name; its ending ({@code .xml}, {@code .yaml}, {@code .yml})
     *     tells the language, without one the text does
     * @param text routes in Camel's XML or YAML DSL
     * @return ids of the routes that now run
     * @throws RouteException with every mistake found, each with line and column
     */
    List<String> load(String name, String text) throws RouteException;

    /**
     * Makes all the checks of {@link #load}; nothing changes.
     *
     * @throws RouteException with every mistake found, each with line and column
     */
    void check(String name, String text) throws RouteException;

    /** All routes as they are now, in the order in which they were loaded. */
    List<RouteState> routes();

    /**
     * The versions of a text that are kept, the newest first.
     *
     * @throws RouteException when there was no text of this name
     */
    List<RouteVersion> history(String name) throws RouteException;

    /**
     * A version of a text as its author wrote it: placeholders stay placeholders.
     *
     * @param version 0: the one that runs
     * @throws RouteException when there is none
     */
    String text(String name, int version) throws RouteException;

    /**
     * Has a kept version run in the place of the one that runs. It stays so after a restart, until a file of this name
     * changes or another text is loaded.
     *
     * @param version 0: the one before the one that runs
     * @return ids of the routes that now run
     * @throws RouteException when there is no such version or it has mistakes by now; what runs stays
     */
    List<String> rollback(String name, int version) throws RouteException;

    /**
     * Stops and removes the routes of a text; messages on their way complete. Its versions are kept.
     *
     * @throws RouteException when no text of this name runs
     */
    void remove(String name) throws RouteException;
}
