package io.qanat.camel.plc4x;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Consumer;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.component.plc4x.Plc4XEndpoint;
import org.apache.plc4x.java.DefaultPlcDriverManager;
import org.apache.plc4x.java.api.PlcConnection;
import org.apache.plc4x.java.api.exceptions.PlcConnectionException;

/** One device and what is read of it. Threads: as for any Camel endpoint. */
class PolledEndpoint extends Plc4XEndpoint {
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);

    private static final Pattern TCP =
            Pattern.compile("modbus-(tcp|rtu:tcp|ascii:tcp|tcp:tcp)://(?<host>[^:/]+)(:(?<port>\\d+))?/?");
    private static final int MODBUS_PORT = 502;
    private static final int CONNECT_MILLIS = 5000;

    private final Tags polled;

    PolledEndpoint(String uri, PolledComponent component, Tags tags) {
        super(uri, component);
        this.polled = tags;
        setPeriod(1000);
        setAutoReconnect(true);
        setTags(tags.byName().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, tag -> tag.getValue()
                .address())));
    }

    /** {@inheritDoc} Drivers and transports are those of this bundle, nested jars included. */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        plcDriverManager = new DefaultPlcDriverManager(PolledEndpoint.class.getClassLoader());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (getTrigger() != null) {
            throw new IllegalArgumentException(
                    "trigger of plc4x: is not supported: give period=<milliseconds>, and" + " filter in the route");
        }
        if (polled.byName().isEmpty()) {
            throw new IllegalArgumentException(
                    "plc4x: has no tags to read: name one, such as tag.temperature=holding-register:1:INT");
        }
        Duration period = Duration.ofMillis(getPeriod());
        if (period.compareTo(SHORTEST_PERIOD) < 0) {
            throw new IllegalArgumentException("period of plc4x: is " + getPeriod() + " ms: it must be at least "
                    + SHORTEST_PERIOD.toMillis() + " ms");
        }
        PolledConsumer consumer = new PolledConsumer(this, processor, period);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public PollingConsumer createPollingConsumer() {
        throw new UnsupportedOperationException(
                "plc4x: cannot be polled by another route's step: begin a route with it and give it a period");
    }

    @Override
    public PolledComponent getComponent() {
        return (PolledComponent) super.getComponent();
    }

    Tags polled() {
        return polled;
    }

    /** Driver, host and port, without what stands behind the question mark. */
    String address() {
        return getUri().replaceFirst("\\?.*", "");
    }

    Device device() {
        return new Device(this::connection, address(), polled);
    }

    private PlcConnection connection() throws PlcConnectionException, IOException {
        requireListener();
        return plcDriverManager.getConnection(getUri());
    }

    /** Netty's and PLC4X's own failure is a stack trace on the standard error stream at each attempt. */
    private void requireListener() throws IOException {
        Matcher parts = TCP.matcher(address());
        if (!parts.matches()) {
            return;
        }
        int port = parts.group("port") == null ? MODBUS_PORT : Integer.parseInt(parts.group("port"));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(parts.group("host"), port), CONNECT_MILLIS);
        }
    }
}
