package io.qanat.api;

import java.util.List;

/** Runs the routes of texts; a text replaces its own earlier version. Threads: any; one load at a time. */
public interface RouteLoader {
    /**
     * Checks the text, starts its routes and stops those that it replaces: the routes of the earlier text of this name and
     * those with the same ids. When anything is wrong the running routes stay.
     *
     * @param name of the text for messages, such as its file name
     * @param text routes in Camel's XML DSL
     * @return ids of the routes that now run
     * @throws RouteException with every mistake found, each with line and column
     */
    List<String> load(String name, String text) throws RouteException;
}
