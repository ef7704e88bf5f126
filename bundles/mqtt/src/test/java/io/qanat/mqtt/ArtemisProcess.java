package io.qanat.mqtt;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * An Artemis broker with a durable journal as a process of its own. Arguments: port, folder, then any of
 *
 * <ul>
 *   <li>{@code login=USER:PASSWORD} asks for a login; the user may publish and not subscribe
 *   <li>{@code sslEnabled=true} and other options of the acceptor
 * </ul>
 */
final class ArtemisProcess {
    private ArtemisProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        List<String> options = List.of(arguments).subList(2, arguments.length);
        String acceptor = options.stream()
                .filter(option -> !option.startsWith("login="))
                .map(option -> ";" + option)
                .collect(Collectors.joining());
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(1 << 20)
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setJournalDirectory(folder.resolve("journal").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .addAddressSetting("#", new AddressSettings().setAutoDeleteQueues(false))
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + arguments[0] + "?protocols=MQTT" + acceptor);
        server.setConfiguration(configuration);
        options.stream()
                .filter(option -> option.startsWith("login="))
                .findFirst()
                .ifPresent(login -> secure(server, configuration, login.substring("login=".length())));
        server.start();
    }

    private static void secure(EmbeddedActiveMQ server, Configuration configuration, String login) {
        String user = login.substring(0, login.indexOf(':'));
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser(user, login.substring(user.length() + 1));
        users.addRole(user, "publishers");
        boolean no = false;
        Role publishers = new Role("publishers", true, no, no, no, no, no, no, no, true, true, no, no);
        configuration.setSecurityEnabled(true).putSecurityRoles("#", Set.of(publishers));
        server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
    }
}
