package io.qanat.api;

import java.util.List;

/** Replaces the running routes by those of a text. Threads: any; one load at a time. */
public interface RouteLoader {
    /**
     * Checks the text, starts its routes and stops those that it replaces. When anything is wrong the running routes
     * stay.
     *
     * @param name of the text for messages, such as its file name
     * @param text routes in Camel's XML DSL
     * @return ids of the routes that now run
     * @throws RouteException with every mistake found, each with line and column
     */
    List<String> load(String name, String text) throws RouteException;
}
