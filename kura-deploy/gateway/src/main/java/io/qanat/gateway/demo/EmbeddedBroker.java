package io.qanat.gateway.demo;

import io.qanat.gateway.BrokerOptions.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** An Artemis broker in this process: MQTT on the loopback only, a user and a password made anew at each start. */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String USER = "qanat";
    private static final String ROLE = "gateway";

    private final EmbeddedActiveMQ server;
    private final Broker broker;

    private EmbeddedBroker(EmbeddedActiveMQ server, Broker broker) {
        this.server = server;
        this.broker = broker;
    }

    /** @param data folder under which the broker keeps its journal */
    public static EmbeddedBroker start(Path data) throws Exception {
        return start(data, true);
    }

    /**
     * @param data folder under which the broker keeps its journal
     * @param synced whether it acknowledges only what a power cut cannot take; without, it takes messages faster
     */
    public static EmbeddedBroker start(Path data, boolean synced) throws Exception {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        String url = "tcp://127.0.0.1:" + freePort();
        return start(data, synced, new Broker(url, USER, HexFormat.of().formatHex(secret)));
    }

    /** @param broker where it is to listen, and the one user it is to know */
    public static EmbeddedBroker start(Path data, boolean synced, Broker broker) throws Exception {
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration(data.resolve("broker").toAbsolutePath(), broker.url(), synced));
        server.setSecurityManager(security(broker));
        server.start();
        return new EmbeddedBroker(server, broker);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Configuration configuration(Path folder, String url, boolean synced) throws Exception {
        Role all = new Role(ROLE, true, true, true, true, true, true, true, true, true, true, false, false);
        return new ConfigurationImpl()
                .setName("qanat-desk")
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalSyncTransactional(synced)
                .setJournalSyncNonTransactional(synced)
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setJournalDirectory(folder.resolve("journal").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setSecurityEnabled(true)
                .setJMXManagementEnabled(false)
                .putSecurityRoles("#", Set.of(all))
                .addAddressSetting("#", new AddressSettings().setAutoDeleteQueues(false))
                .addAcceptorConfiguration("mqtt", url + "?protocols=MQTT");
    }

    private static ActiveMQJAASSecurityManager security(Broker broker) {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser(broker.user(), broker.password());
        users.addRole(broker.user(), ROLE);
        return new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users);
    }

    /** Where it listens and how to log in. */
    public Broker broker() {
        return broker;
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
