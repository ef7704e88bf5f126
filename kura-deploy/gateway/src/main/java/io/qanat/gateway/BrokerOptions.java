package io.qanat.gateway;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the MQTT broker is. */
public final class BrokerOptions {
    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "MQTT 5 broker, such as tcp://localhost:1883. Default: an embedded one on the loopback.")
    private @Nullable String url;

    @Option(names = "--user", defaultValue = "", description = "User name at the broker.")
    private String user = "";

    @Option(
            names = "--password",
            defaultValue = "",
            arity = "0..1",
            interactive = true,
            echo = false,
            description = "Password at the broker; asked for when no value is given.")
    private String password = "";

    /** The broker that was named, if one was. */
    public Optional<Broker> broker() {
        return Optional.ofNullable(url).map(given -> new Broker(given, user, password));
    }

    /** A broker and how to log in. */
    public record Broker(String url, String user, String password) {
        /**
         * What the shipped route text leaves open.
         *
         * @param webhook URL that alarms are posted to
         */
        public Map<String, String> placeholders(String webhook) {
            return Map.of("mqtt.url", url, "mqtt.user", user, "mqtt.password", password, "webhook.url", webhook);
        }

        @Override
        public String toString() {
            return url;
        }
    }
}
