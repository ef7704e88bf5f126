package io.qanat.camel.milo;

import io.qanat.api.StageStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.component.milo.client.MiloClientConfiguration;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.SessionActivityListener;
import org.eclipse.milo.opcua.sdk.client.UaSession;
import org.eclipse.milo.opcua.sdk.client.subscriptions.MonitoredItemServiceOperationResult;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session with one server and the nodes that are monitored in it.
 *
 * <pre>
 * connecting --first connection--> connected --lost--> reconnecting (Milo's, by itself, every 16 s at most)
 *      ^ 1 to 30 s later                 ^                  |
 *      '- - - - - not there             '-- subscriptions made anew where the server forgot them
 * </pre>
 *
 * <p>Threads: any may add and remove. Everything that waits for the server runs on {@code qanat-opcua-<host>}. Values
 * arrive on threads of Milo, one at a time per subscription: a slow route holds back what the server sends.
 */
final class OpcUaSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpcUaSession.class);
    private static final String CONNECTED = "connected";
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration NODE_RETRY = Duration.ofSeconds(10);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final MiloClientConfiguration configuration;
    private final Address address;
    private final ServerConnector connector;
    private final ScheduledThreadPoolExecutor worker;
    private final List<MonitoredNode> nodes = new CopyOnWriteArrayList<>();
    private final AtomicLong losses = new AtomicLong();
    private volatile String state = "connecting";
    private volatile String security = "";
    private volatile String lastError = "";

    /** From here on: of the worker alone. */
    private final Map<Double, OpcUaSubscription> subscriptions = new HashMap<>();

    private final Map<MonitoredNode, OpcUaMonitoredItem> items = new LinkedHashMap<>();
    private Duration retry = FIRST_RETRY;
    private boolean scheduled;
    private @Nullable OpcUaClient client;

    OpcUaSession(MiloClientConfiguration configuration, ServerConnector connector) {
        this.configuration = configuration;
        this.address = Address.of(configuration);
        this.connector = connector;
        this.worker = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "qanat-opcua-" + address.host()));
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void add(MonitoredNode node) {
        nodes.add(node);
        submit(this::synchronize);
    }

    void remove(MonitoredNode node) {
        nodes.remove(node);
        submit(() -> forget(node));
    }

    private void submit(Runnable task) {
        try {
            worker.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is not asked any more", address, e);
        }
    }

    /** Makes of what is wanted what the server knows; what fails is tried again later. */
    private void synchronize() {
        try {
            OpcUaClient current = connected();
            for (MonitoredNode node : nodes) {
                if (!items.containsKey(node)) {
                    prepare(current, node);
                }
            }
            boolean complete = nodes.stream().allMatch(items::containsKey);
            for (OpcUaSubscription subscription : subscriptions.values()) {
                complete &= create(subscription);
            }
            retry = FIRST_RETRY;
            if (!complete) {
                later(NODE_RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError e) {
            // The thread's boundary: whatever a server or its network does, it is asked again.
            failed(reason(e));
            later(retry);
            retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        }
    }

    private void later(Duration wait) {
        if (scheduled) {
            return;
        }
        try {
            worker.schedule(this::again, wait.toMillis(), TimeUnit.MILLISECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is not asked again", address, e);
        }
    }

    private void again() {
        scheduled = false;
        synchronize();
    }

    private OpcUaClient connected() throws Exception {
        OpcUaClient current = client;
        if (current != null) {
            return current;
        }
        OpcUaClient made = connector.client(configuration);
        made.addSessionActivityListener(new Activity());
        try {
            made.connect();
        } catch (UaException e) {
            made.disconnectAsync();
            throw e;
        }
        client = made;
        security = ServerConnector.policyName(made.getConfig().getEndpoint());
        return made;
    }

    private void prepare(OpcUaClient current, MonitoredNode node) {
        NodeId id = node.id().toNodeId(current.getNamespaceTable()).orElse(null);
        if (id == null) {
            notMonitored(node, "the server does not have its namespace");
            return;
        }
        OpcUaMonitoredItem item = node.item(id);
        subscriptions
                .computeIfAbsent(node.publishingMillis(), interval -> subscription(current, interval))
                .addMonitoredItem(item);
        items.put(node, item);
    }

    private OpcUaSubscription subscription(OpcUaClient current, double interval) {
        OpcUaSubscription subscription = new OpcUaSubscription(current, interval);
        subscription.setSubscriptionListener(new Changes());
        return subscription;
    }

    /** False when a node is not monitored. */
    private boolean create(OpcUaSubscription subscription) throws UaException {
        if (subscription.getSyncState() == OpcUaSubscription.SyncState.INITIAL) {
            subscription.create();
        }
        // Of routes that stopped while the server was away.
        subscription.deleteMonitoredItems();
        boolean complete = true;
        for (MonitoredItemServiceOperationResult result : subscription.createMonitoredItems()) {
            complete &= created(result);
        }
        return complete;
    }

    private boolean created(MonitoredItemServiceOperationResult result) {
        StatusCode status = result.operationResult().orElse(result.serviceResult());
        for (Map.Entry<MonitoredNode, OpcUaMonitoredItem> entry : items.entrySet()) {
            if (entry.getValue() == result.monitoredItem()) {
                if (status.isGood()) {
                    entry.getKey().problem("");
                } else {
                    notMonitored(entry.getKey(), name(status));
                }
            }
        }
        return status.isGood();
    }

    private void notMonitored(MonitoredNode node, String problem) {
        if (!problem.equals(node.problem())) {
            LOG.warn(
                    "The node {} of {} is not monitored: {}. Correct node= of milo-client:, or let the server have it; it"
                            + " is asked again every {} s.",
                    node.name(),
                    address,
                    problem,
                    NODE_RETRY.toSeconds());
        }
        node.problem(problem);
    }

    private static String name(StatusCode status) {
        return StatusCodes.lookup(status.value())
                .map(names -> names[0] + " (" + names[1] + ")")
                .orElse(status.toString());
    }

    private void forget(MonitoredNode node) {
        OpcUaMonitoredItem item = items.remove(node);
        OpcUaSubscription subscription = subscriptions.get(node.publishingMillis());
        if (item != null && subscription != null) {
            item.setDataValueListener(null);
            subscription.removeMonitoredItem(item);
            if (state.equals(CONNECTED)) {
                subscription.deleteMonitoredItems();
            }
        }
    }

    /** The server no longer knows it, or does not serve it. */
    private void renew(OpcUaSubscription subscription, String reason) {
        losses.incrementAndGet();
        LOG.warn("A subscription at {} is made anew: {}. Values of the meantime may be missing.", address, reason);
        submit(() -> {
            subscription.reset();
            synchronize();
        });
    }

    private void failed(String problem) {
        if (!problem.equals(lastError)) {
            LOG.warn("{} gives no values: {}. It is tried again.", address, problem);
        }
        lastError = problem;
    }

    private String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String told = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (UaException.extractStatusCode(failure)
                .filter(OpcUaSession::distrust)
                .isPresent()) {
            return "its certificate is not trusted: move its file from rejected to trusted/certs in "
                    + connector.trustedFolder() + " (" + told + ")";
        }
        return failure instanceof IllegalArgumentException
                ? told
                : told + "; see that the server runs and that the address is right";
    }

    private static boolean distrust(StatusCode status) {
        return status.value() == StatusCodes.Bad_SecurityChecksFailed
                || status.value() == StatusCodes.Bad_CertificateUntrusted;
    }

    /** Ends the session; values still on their way arrive before this returns or never. */
    @Override
    public void close() {
        submit(this::disconnect);
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE.toSeconds() * 2, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void disconnect() {
        items.values().forEach(item -> item.setDataValueListener(null));
        OpcUaClient current = client;
        client = null;
        if (current == null) {
            return;
        }
        CompletableFuture<OpcUaClient> disconnected = current.disconnectAsync();
        if (!state.equals(CONNECTED)) {
            // There is nobody to take leave of.
            return;
        }
        try {
            disconnected.get(CLOSE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The session at {} did not end in order", address, e);
        }
    }

    StageStatus status() {
        Map<String, Number> figures = new HashMap<>();
        figures.put("nodes", nodes.size());
        figures.put("values", nodes.stream().mapToLong(MonitoredNode::values).sum());
        figures.put(
                "badValues", nodes.stream().mapToLong(MonitoredNode::badValues).sum());
        figures.put("lostSubscriptions", losses.get());
        Map<String, String> facts = new ConcurrentHashMap<>();
        facts.put("state", state);
        facts.put("security", security);
        facts.put("lastError", lastError);
        nodes.forEach(node -> facts.put("node." + node.name(), node.problem()));
        facts.values().removeIf(String::isEmpty);
        return new StageStatus("opcua:" + address, figures, facts);
    }

    private final class Activity implements SessionActivityListener {
        @Override
        public void onSessionActive(UaSession session) {
            state = CONNECTED;
            submit(OpcUaSession.this::synchronize);
        }

        @Override
        public void onSessionInactive(UaSession session) {
            state = "reconnecting";
        }
    }

    private final class Changes implements OpcUaSubscription.SubscriptionListener {
        @Override
        public void onTransferFailed(OpcUaSubscription subscription, StatusCode status) {
            renew(subscription, "the server forgot it");
        }

        @Override
        public void onStatusChanged(OpcUaSubscription subscription, StatusCode status) {
            if (status.isBad()) {
                renew(subscription, name(status));
            }
        }

        @Override
        public void onNotificationDataLost(OpcUaSubscription subscription) {
            losses.incrementAndGet();
            LOG.warn("{} could not send again what was lost on the way.", address);
        }

        @Override
        public void onWatchdogTimerElapsed(OpcUaSubscription subscription) {
            renew(subscription, "the server is silent");
        }
    }
}
