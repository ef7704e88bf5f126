package io.qanat.gateway.launch;

import org.osgi.framework.Bundle;

/**
 * One installed bundle.
 *
 * @param state as OSGi names it, such as {@code ACTIVE} or, when an import is missing, {@code INSTALLED}
 */
public record BundleState(String symbolicName, String version, String state) {
    static BundleState of(Bundle bundle) {
        return new BundleState(
                String.valueOf(bundle.getSymbolicName()), bundle.getVersion().toString(), name(bundle.getState()));
    }

    public boolean isActive() {
        return state.equals("ACTIVE");
    }

    private static String name(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "INSTALLED";
            case Bundle.RESOLVED -> "RESOLVED";
            case Bundle.STARTING -> "STARTING";
            case Bundle.ACTIVE -> "ACTIVE";
            case Bundle.STOPPING -> "STOPPING";
            default -> "UNINSTALLED";
        };
    }

    @Override
    public String toString() {
        return symbolicName + " " + version + " " + state;
    }
}
