package io.qanat.camel.milo;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.milo.client.MiloClientConfiguration;
import org.apache.camel.component.milo.client.MiloClientConnection;
import org.apache.camel.component.milo.client.MiloClientConnectionManager;
import org.apache.camel.component.milo.client.MonitorFilterConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session per server, shared by all consumers of its address (and {@code clientId}) in all contexts: servers allow
 * few. The security options are those of the consumer that came first.
 *
 * <p>Threads: any.
 */
final class OpcUaSessions implements MiloClientConnectionManager, StageStatusSource {
    private static final Logger LOG = LoggerFactory.getLogger(OpcUaSessions.class);

    private final ServerConnector connector;
    private final Map<String, Shared> sessions = new HashMap<>();

    OpcUaSessions(ServerConnector connector) {
        this.connector = connector;
        RandomNumbers.seed();
    }

    @Override
    public MiloClientConnection createConnection(
            MiloClientConfiguration configuration, MonitorFilterConfiguration filter) {
        return new OpcUaConnection(configuration, filter, this);
    }

    @Override
    public void releaseConnection(MiloClientConnection connection) {
        try {
            connection.close();
        } catch (Exception e) {
            LOG.debug("A connection to {} did not end in order", Address.of(connection.getConfiguration()), e);
        }
    }

    synchronized OpcUaSession acquire(MiloClientConfiguration configuration) {
        Shared shared = sessions.computeIfAbsent(
                configuration.toCacheId(), id -> new Shared(new OpcUaSession(configuration.clone(), connector)));
        shared.users++;
        return shared.session;
    }

    void release(MiloClientConfiguration configuration) {
        leave(configuration.toCacheId());
    }

    private void leave(String id) {
        OpcUaSession last = null;
        synchronized (this) {
            Shared shared = sessions.get(id);
            if (shared != null && --shared.users == 0) {
                sessions.remove(id);
                last = shared.session;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    @Override
    public synchronized List<StageStatus> status() {
        return sessions.values().stream().map(shared -> shared.session.status()).toList();
    }

    private static final class Shared {
        private final OpcUaSession session;
        private int users;

        Shared(OpcUaSession session) {
            this.session = session;
        }
    }
}
