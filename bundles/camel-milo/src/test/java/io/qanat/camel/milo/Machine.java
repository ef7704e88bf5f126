package io.qanat.camel.milo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.DefaultServerCertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.util.NonceUtil;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;
import org.jspecify.annotations.Nullable;

/**
 * A machine with an OPC UA server of Eclipse Milo on loopback: variables {@code humidity} and {@code temperature} in the
 * namespace {@value #NAMESPACE}. It offers an endpoint without security and one with Basic256Sha256, signed and encrypted.
 *
 * <p>Threads: one at a time.
 */
public final class Machine implements AutoCloseable {
    public static final String NAMESPACE = "urn:qanat:machine";
    private static final String APPLICATION = "urn:qanat:machine:server";

    private final int port = freePort();
    private final KeyPair keys;
    private final X509Certificate certificate;
    private final MemoryTrustListManager trusted = new MemoryTrustListManager();
    private @Nullable OpcUaServer server;
    private @Nullable Variables variables;

    public Machine() throws Exception {
        seed();
        keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
        certificate = certificate(keys, APPLICATION);
    }

    /** As RandomNumbers does for the client, which may be in another class loader. */
    private static void seed() {
        ThreadGroup patient = new ThreadGroup("machine-seed") {
            @Override
            public void uncaughtException(Thread thread, Throwable failure) {
                if (!(failure instanceof NoSuchMethodError)) {
                    super.uncaughtException(thread, failure);
                }
            }
        };
        new Thread(patient, NonceUtil::secureRandomSeeded, "machine-seed").start();
    }

    /** Self-signed, for an application of this name on this machine. */
    static X509Certificate certificate(KeyPair keys, String application) throws Exception {
        return new SelfSignedCertificateBuilder(keys)
                .setCommonName("machine")
                .setApplicationUri(application)
                .addDnsName("localhost")
                .addIpAddress("127.0.0.1")
                .build();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free port on loopback", e);
        }
    }

    public String url() {
        return "opc.tcp://127.0.0.1:" + port;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Lets a client in that shows this certificate. */
    public void trust(X509Certificate client) {
        trusted.addTrustedCertificate(client);
    }

    /** Starts it, or starts it again: sessions and subscriptions of before are unknown to it. */
    public void start(double humidity, double temperature) throws Exception {
        OpcUaServer started = new OpcUaServer(
                config(),
                profile -> new OpcTcpServerTransport(
                        OpcTcpServerTransportConfig.newBuilder().build()));
        Variables made = new Variables(started);
        made.startup();
        server = started;
        variables = made;
        set("humidity", humidity);
        set("temperature", temperature);
        started.startup().get(20, TimeUnit.SECONDS);
    }

    private OpcUaServerConfig config() throws Exception {
        MemoryCertificateQuarantine quarantine = new MemoryCertificateQuarantine();
        CertificateValidator clients = new DefaultServerCertificateValidator(trusted, quarantine);
        DefaultApplicationGroup group = DefaultApplicationGroup.createAndInitialize(
                trusted, new MemoryCertificateStore(), new OwnCertificate(), clients);
        EndpointConfig.Builder endpoint = EndpointConfig.newBuilder()
                .setBindAddress("127.0.0.1")
                .setHostname("127.0.0.1")
                .setBindPort(port)
                .setCertificate(certificate)
                .addTokenPolicies(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS);
        return OpcUaServerConfig.builder()
                .setApplicationName(LocalizedText.english("machine"))
                .setApplicationUri(APPLICATION)
                .setProductUri(APPLICATION)
                .setCertificateManager(new DefaultCertificateManager(quarantine, group))
                .setIdentityValidator(AnonymousIdentityValidator.INSTANCE)
                .setEndpoints(Set.of(
                        endpoint.copy()
                                .setSecurityPolicy(SecurityPolicy.None)
                                .setSecurityMode(MessageSecurityMode.None)
                                .build(),
                        endpoint.copy()
                                .setSecurityPolicy(SecurityPolicy.Basic256Sha256)
                                .setSecurityMode(MessageSecurityMode.SignAndEncrypt)
                                .build()))
                .build();
    }

    public void set(String name, double value) {
        set(name, value, Instant.now());
    }

    /** @param time when the source measured it */
    public void set(String name, double value, Instant time) {
        set(name, new DataValue(new Variant(value), StatusCode.GOOD, new DateTime(time)));
    }

    /** As of a sensor that failed: {@code status} says how, the value is what it was last. */
    public void set(String name, double value, long status) {
        set(name, new DataValue(new Variant(value), new StatusCode(status), new DateTime(Instant.now())));
    }

    private void set(String name, DataValue value) {
        Variables running = variables;
        if (running == null) {
            throw new IllegalStateException("the machine does not run");
        }
        running.node(name).setValue(value);
    }

    /** Adds a variable to the running server. */
    public void add(String name, double value) {
        Variables running = variables;
        if (running == null) {
            throw new IllegalStateException("the machine does not run");
        }
        running.add(name);
        set(name, value);
    }

    /** How many sessions it has. */
    public int sessions() {
        OpcUaServer running = server;
        return running == null
                ? 0
                : running.getSessionManager().getAllSessions().size();
    }

    /** How many items are monitored in all sessions. */
    public long monitoredItems() {
        OpcUaServer running = server;
        return running == null
                ? 0
                : running.getSubscriptions().values().stream()
                        .mapToLong(
                                subscription -> subscription.getMonitoredItems().size())
                        .sum();
    }

    public void stop() throws Exception {
        OpcUaServer running = server;
        Variables served = variables;
        server = null;
        variables = null;
        if (served != null) {
            served.shutdown();
        }
        if (running != null) {
            running.shutdown().get(20, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws Exception {
        stop();
    }

    private final class OwnCertificate extends RsaSha256CertificateFactory {
        @Override
        public KeyPair createKeyPair(NodeId type) {
            return keys;
        }

        @Override
        protected X509Certificate[] createRsaSha256CertificateChain(KeyPair ofServer) {
            return new X509Certificate[] {certificate};
        }
    }

    private static final class Variables extends ManagedNamespaceWithLifecycle {
        private final SubscriptionModel subscriptions;
        private final Map<String, UaVariableNode> nodes = new ConcurrentHashMap<>();

        Variables(OpcUaServer server) {
            super(server, NAMESPACE);
            subscriptions = new SubscriptionModel(server, this);
            getLifecycleManager().addLifecycle(subscriptions);
            getLifecycleManager()
                    .addStartupTask(() -> List.of("humidity", "temperature").forEach(this::add));
        }

        void add(String name) {
            UaVariableNode node = UaVariableNode.build(getNodeContext(), builder -> builder.setNodeId(newNodeId(name))
                    .setAccessLevel(AccessLevel.READ_ONLY)
                    .setUserAccessLevel(AccessLevel.READ_ONLY)
                    .setBrowseName(newQualifiedName(name))
                    .setDisplayName(LocalizedText.english(name))
                    .setDataType(NodeIds.Double)
                    .setTypeDefinition(NodeIds.BaseDataVariableType)
                    .setMinimumSamplingInterval(10.0)
                    .buildAndAdd());
            node.addReference(new Reference(
                    node.getNodeId(),
                    NodeIds.Organizes,
                    NodeIds.ObjectsFolder.expanded(),
                    Reference.Direction.INVERSE));
            nodes.put(name, node);
        }

        UaVariableNode node(String name) {
            UaVariableNode node = nodes.get(name);
            if (node == null) {
                throw new IllegalArgumentException("there is no variable " + name);
            }
            return node;
        }

        @Override
        public void onDataItemsCreated(List<DataItem> items) {
            subscriptions.onDataItemsCreated(items);
        }

        @Override
        public void onDataItemsModified(List<DataItem> items) {
            subscriptions.onDataItemsModified(items);
        }

        @Override
        public void onDataItemsDeleted(List<DataItem> items) {
            subscriptions.onDataItemsDeleted(items);
        }

        @Override
        public void onMonitoringModeChanged(List<MonitoredItem> items) {
            subscriptions.onMonitoringModeChanged(items);
        }
    }
}
