package io.qanat.camel.milo;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.component.milo.client.MiloClientConfiguration;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.CompositeProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;

/**
 * Chooses one of a server's endpoints and makes a client for it. The most secure one is taken of those that the options
 * allow; those that encrypt need a key of the gateway and a folder of trusted certificates. Threads: any.
 */
final class ServerConnector {
    private static final long DISCOVERY_SECONDS = 10;
    private static final String UNSECURED = SecurityPolicy.None.getUri();

    private final Optional<TrustedServers> trusted;

    ServerConnector(Optional<TrustedServers> trusted) {
        this.trusted = trusted;
    }

    /** A client that is not connected yet; the caller disconnects it. Blocks until the server has told its endpoints. */
    OpcUaClient client(MiloClientConfiguration configuration)
            throws UaException, ExecutionException, TimeoutException, InterruptedException {
        Address address = Address.of(configuration);
        List<EndpointDescription> offered =
                DiscoveryClient.getEndpoints(address.discoveryUrl()).get(DISCOVERY_SECONDS, TimeUnit.SECONDS);
        EndpointDescription chosen = choose(offered, configuration, address);
        OpcUaClientConfig config = config(configuration, address, chosen);
        return OpcUaClient.create(config, transport -> {
            if (configuration.getChannelLifetime() != null) {
                transport.setChannelLifetime(Unsigned.uint(configuration.getChannelLifetime()));
            }
        });
    }

    /** For messages. */
    String trustedFolder() {
        return trusted.map(servers -> servers.folder().toString()).orElse("pki");
    }

    private EndpointDescription choose(
            List<EndpointDescription> offered, MiloClientConfiguration configuration, Address address) {
        Set<String> allowed = configuration.getAllowedSecurityPolicies();
        boolean secured = configuration.getKeyStoreUrl() != null;
        EndpointDescription chosen = offered.stream()
                .filter(endpoint -> allowed == null || allowed.isEmpty() || allowed.contains(policy(endpoint)))
                .filter(endpoint -> secured || UNSECURED.equals(policy(endpoint)))
                .max(Comparator.comparing(
                        endpoint -> endpoint.getSecurityLevel().intValue()))
                .orElseThrow(
                        () -> new IllegalArgumentException(address + " has no endpoint that may be used: it offers "
                                + offered.stream()
                                        .map(ServerConnector::policyName)
                                        .collect(Collectors.toCollection(TreeSet::new))
                                + (secured
                                        ? "; name one of them in allowedSecurityPolicies"
                                        : "; all but None need keyStoreUrl, keyStorePassword and keyPassword")));
        if (!UNSECURED.equals(policy(chosen)) && trusted.isEmpty()) {
            throw new IllegalArgumentException(address + " is asked for " + policyName(chosen)
                    + ", but no server is trusted: set pki of the configuration io.qanat.camel-milo to a folder");
        }
        return configuration.isOverrideHost() ? withHost(chosen, address.host()) : chosen;
    }

    private static String policy(EndpointDescription endpoint) {
        return String.valueOf(endpoint.getSecurityPolicyUri());
    }

    static String policyName(EndpointDescription endpoint) {
        return policy(endpoint).replaceFirst(".*#", "");
    }

    /** For servers that name themselves as nobody else can reach them. */
    private static EndpointDescription withHost(EndpointDescription endpoint, String host) {
        URI url = URI.create(String.valueOf(endpoint.getEndpointUrl()));
        try {
            URI changed = new URI(
                    url.getScheme(), null, host, url.getPort(), url.getPath(), url.getQuery(), url.getFragment());
            return new EndpointDescription(
                    changed.toString(),
                    endpoint.getServer(),
                    endpoint.getServerCertificate(),
                    endpoint.getSecurityMode(),
                    endpoint.getSecurityPolicyUri(),
                    endpoint.getUserIdentityTokens(),
                    endpoint.getTransportProfileUri(),
                    endpoint.getSecurityLevel());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the endpoint " + url + " cannot be asked at the host " + host, e);
        }
    }

    private OpcUaClientConfig config(
            MiloClientConfiguration configuration, Address address, EndpointDescription endpoint) {
        OpcUaClientConfigBuilder builder = configuration.newBuilder();
        List<IdentityProvider> identities = new ArrayList<>();
        address.user().ifPresent(identities::add);
        if (identities.isEmpty()) {
            identities.add(AnonymousProvider.INSTANCE);
        }
        builder.setIdentityProvider(new CompositeProvider(identities));
        builder.setEndpoint(endpoint);
        trusted.ifPresent(servers -> builder.setCertificateValidator(servers.validator()));
        builder.build().getCertificate().ifPresent(certificate -> {
            builder.setCertificateChain(new X509Certificate[] {certificate});
            // A server refuses a client that calls itself otherwise than its certificate does.
            CertificateUtil.getSanUri(certificate).ifPresent(builder::setApplicationUri);
        });
        return builder.build();
    }
}
