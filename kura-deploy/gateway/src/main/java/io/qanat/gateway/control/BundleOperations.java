package io.qanat.gateway.control;

import static io.qanat.gateway.control.GatewayOperations.text;

import io.qanat.gateway.launch.OsgiFramework;
import java.nio.file.Path;
import java.util.Map;

/** What can be asked about bundles. */
final class BundleOperations {
    private BundleOperations() {}

    static Map<String, Operation> of(OsgiFramework framework) {
        return Map.of(
                "bundle.list", arguments -> framework.bundles(),
                "bundle.update", arguments -> framework.update(Path.of(text(arguments, "file"))));
    }
}
