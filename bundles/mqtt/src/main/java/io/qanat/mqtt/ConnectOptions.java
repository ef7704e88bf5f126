package io.qanat.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A configuration as Paho wants it, for one connection. */
final class ConnectOptions {
    private static final int QOS = 1;
    /** Artemis 2.40 publishes a will without delay only when the session expires: after a week, by default. */
    private static final long WILL_DELAY_SECONDS = 1;

    private ConnectOptions() {}

    static MqttConnectionOptions of(MqttConfig config, Faults faults) throws MqttFault {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(config.sessionExpirySeconds());
        options.setReceiveMaximum(config.receiveMaximum());
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(config.keepAliveSeconds());
        options.setConnectionTimeout(config.connectTimeoutSeconds());
        options.setHttpsHostnameVerificationEnabled(true);
        options.setSocketFactory(sockets(config, faults));
        config.will().ifPresent(will -> setWill(options, will));
        if (!config.username().isEmpty()) {
            options.setUserName(config.username());
            options.setPassword(config.password().getBytes(StandardCharsets.UTF_8));
        }
        return options;
    }

    private static SocketFactory sockets(MqttConfig config, Faults faults) throws MqttFault {
        if (!config.encrypted()) {
            return new BufferedSockets();
        }
        try {
            return config.tls().socketFactory();
        } catch (IOException e) {
            throw faults.tlsFiles(e);
        }
    }

    private static void setWill(MqttConnectionOptions options, MqttConfig.Will will) {
        byte[] payload = will.payload().getBytes(StandardCharsets.UTF_8);
        options.setWill(will.topic(), new MqttMessage(payload, QOS, will.retained(), null));
        MqttProperties properties = new MqttProperties();
        properties.setWillDelayInterval(WILL_DELAY_SECONDS);
        options.setWillMessageProperties(properties);
    }
}
