package io.qanat.camel.milo;

import java.net.URI;
import java.util.Optional;
import org.apache.camel.component.milo.client.MiloClientConfiguration;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;

/**
 * Where a server is.
 *
 * @param url such as {@code opc.tcp://plc:4840}, without user and password: it may be logged
 * @param discoveryUrl where its endpoints are asked for
 * @param user in front of the host, when there is one
 */
record Address(String url, String discoveryUrl, Optional<UsernameProvider> user) {
    static Address of(MiloClientConfiguration configuration) {
        String url = configuration.getEndpointUri();
        return new Address(withoutUser(url), withoutUser(discovery(configuration)), user(url));
    }

    private static String discovery(MiloClientConfiguration configuration) {
        String other = configuration.getDiscoveryEndpointUri();
        if (other != null && !other.isEmpty()) {
            return other;
        }
        String suffix = configuration.getDiscoveryEndpointSuffix();
        return configuration.getEndpointUri() + (suffix == null ? "" : suffix);
    }

    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//");
    }

    private static Optional<UsernameProvider> user(String url) {
        String userInfo = URI.create(url).getUserInfo();
        if (userInfo == null || userInfo.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = userInfo.split(":", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("the address of milo-client: " + withoutUser(url)
                    + " has a user without a password: write opc.tcp://user:password@host:port");
        }
        return Optional.of(new UsernameProvider(parts[0], parts[1]));
    }

    String host() {
        return Optional.ofNullable(URI.create(url).getHost()).orElse(url);
    }

    @Override
    public String toString() {
        return url;
    }
}
