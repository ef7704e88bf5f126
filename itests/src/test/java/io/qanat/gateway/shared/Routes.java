package io.qanat.gateway.shared;

import java.util.Set;

/** A Camel context in the framework, as a test sees it. */
public interface Routes {
    void load(String name, String xml) throws Exception;

    /** Sends the body and returns the reply. */
    String send(String uri, String body);

    /** Camel's word for what the route does, such as Started; empty when there is no such route. */
    String status(String routeId);

    /** The routes that wait for a component. */
    Set<String> waiting();

    /** The description of a component, as an editor reads it; empty when there is none. */
    String componentJson(String scheme) throws Exception;
}
