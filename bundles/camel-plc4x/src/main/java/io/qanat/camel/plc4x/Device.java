package io.qanat.camel.plc4x;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.plc4x.java.api.PlcConnection;
import org.apache.plc4x.java.api.messages.PlcReadRequest;
import org.apache.plc4x.java.api.messages.PlcReadResponse;
import org.apache.plc4x.java.api.types.PlcResponseCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a device. It is made when something is read and there is none, and given up when a read fails: after
 * an answer that did not come in time PLC4X's Modbus driver would keep every later request waiting.
 *
 * <p>Threads: one at a time.
 */
final class Device implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    /** Longer than the driver's own {@code request-timeout}, 5 s by default, which gives the better message. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Callable<PlcConnection> connector;
    private final String address;
    private final Tags tags;
    private @Nullable PlcConnection connection;

    Device(Callable<PlcConnection> connector, String address, Tags tags) {
        this.connector = connector;
        this.address = address;
        this.tags = tags;
    }

    /** Reads all tags in as few requests as the protocol allows. */
    Sample read() throws DeviceException, InterruptedException {
        PlcConnection current = connected();
        try {
            return sample(request(current).execute().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DeviceException(
                    address + " did not answer: " + cause + "; see that the device runs and knows the unit", cause);
        } catch (TimeoutException e) {
            close();
            throw new DeviceException(address + " did not answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (RuntimeException e) {
            close();
            throw new DeviceException(address + " could not be asked: " + e.getMessage(), e);
        }
    }

    private PlcConnection connected() throws DeviceException, InterruptedException {
        PlcConnection current = connection;
        if (current != null && current.isConnected()) {
            return current;
        }
        close();
        try {
            current = connector.call();
        } catch (Exception e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while connecting to " + address);
            }
            throw new DeviceException(
                    address + " cannot be reached: " + root(e) + "; see that the device runs and that address and port"
                            + " are right",
                    e);
        }
        connection = current;
        return current;
    }

    private static String root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private PlcReadRequest request(PlcConnection current) {
        PlcReadRequest.Builder builder = current.readRequestBuilder();
        tags.byName().forEach((name, tag) -> builder.addTagAddress(name, tag.address()));
        return builder.build();
    }

    private Sample sample(PlcReadResponse response) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (Entry<String, Tags.Tag> tag : tags.byName().entrySet()) {
            String name = tag.getKey();
            PlcResponseCode code = response.getResponseCode(name);
            Object value = code == PlcResponseCode.OK ? response.getObject(name) : null;
            if (value == null) {
                failures.put(name, tags.describe(tag) + ": " + meaning(code));
            } else {
                values.put(name, tags.measure(name, value));
            }
        }
        return new Sample(values, failures);
    }

    private static String meaning(PlcResponseCode code) {
        return switch (code) {
            case INVALID_ADDRESS ->
                "INVALID_ADDRESS, the device does not have this address, or the driver cannot read"
                        + " its notation; registers that are asked for together fail together";
            case UNSUPPORTED ->
                "UNSUPPORTED, the device does not know this function; try input-register instead of"
                        + " holding-register or the reverse";
            case REMOTE_BUSY -> "REMOTE_BUSY, the device has no time; poll less often";
            default -> code.name();
        };
    }

    /** Ends the connection; the next read makes a new one. */
    @Override
    public void close() {
        PlcConnection current = connection;
        connection = null;
        if (current == null) {
            return;
        }
        try {
            current.close();
        } catch (Exception e) {
            LOG.debug("The connection to {} did not end in order", address, e);
        }
    }
}
