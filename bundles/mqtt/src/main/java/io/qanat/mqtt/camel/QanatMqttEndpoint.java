package io.qanat.mqtt.camel;

import io.qanat.api.IngressConfig;
import io.qanat.mqtt.MqttConfig;
import io.qanat.mqtt.MqttConfig.Will;
import io.qanat.mqtt.TlsFiles;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Receive readings over MQTT 5 without loss, and publish messages with QoS 1.
 *
 * <p>As a consumer each message becomes a reading that is journalled before it is acknowledged. As a producer an exchange
 * is done when the broker has acknowledged its body.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "qanat-mqtt",
        title = "Qanat MQTT",
        syntax = "qanat-mqtt:topic",
        category = {Category.IOT, Category.MESSAGING})
public class QanatMqttEndpoint extends DefaultEndpoint {
    @UriPath(
            description = "Topic filters to receive from, separated by commas, or the topic to publish to. A filter may"
                    + " be shared by several gateways: $share/group/filter.")
    @Metadata(required = true)
    private String topic = "";

    @UriParam(defaultValue = "tcp://localhost:1883", description = "Broker: tcp://host:port or ssl://host:port.")
    private String brokerUrl = "tcp://localhost:1883";

    @UriParam(label = "security", description = "User name at the broker; none when not given.")
    private String username = "";

    @UriParam(label = "security", secret = true, description = "Password at the broker.")
    private String password = "";

    @UriParam(
            label = "security",
            description = "PEM file with the certificates of the authorities to trust for ssl://; by default those"
                    + " that Java knows.")
    private String caCertificate = "";

    @UriParam(
            label = "security",
            description = "PEM file with the certificate that the gateway shows to the broker, and those in between.")
    private String clientCertificate = "";

    @UriParam(
            label = "security",
            description = "PEM file with the private key of clientCertificate: PKCS #8 without a password.")
    private String clientKey = "";

    @UriParam(label = "advanced", description = "Topic of the last will; without it there is none.")
    private String willTopic = "";

    @UriParam(label = "advanced", description = "Text of the last will.")
    private String willPayload = "";

    @UriParam(label = "advanced", description = "Whether the broker keeps the last will for later subscribers.")
    private boolean willRetained;

    @UriParam(
            description = "Client id. It must be the same after a restart, since the broker keeps the session under"
                    + " it, and different for each connection. By default qanat- and the source or the topic.")
    private String clientId = "";

    @UriParam(label = "consumer", description = "Name of the source in the ledger; by default the topic filter.")
    private String source = "";

    @UriParam(
            label = "consumer",
            defaultValue = "1024",
            description = "How many messages the broker may send without acknowledgement, 1 to 65535.")
    private int receiveMaximum = 1024;

    @UriParam(
            label = "consumer",
            defaultValue = "1024",
            description = "How many readings may be on their way through the route at once.")
    private int maxInFlight = 1024;

    @UriParam(
            label = "consumer",
            defaultValue = "reading",
            description = "What messages hold. reading: JSON as in docs/formats.md, journalled; the body is a Reading."
                    + " bytes: anything else, such as commands; the body is a byte array, nothing is journalled, and the"
                    + " message is acknowledged when the route is done with it.")
    private Payload payload = Payload.reading;

    @UriParam(
            label = "consumer",
            defaultValue = "65536",
            description = "Largest payload in bytes; a larger one is counted rejected(too-large).")
    private int maxPayload = 65536;

    @UriParam(
            label = "consumer",
            name = "volatile",
            description = "Acknowledge readings before they are on disk, which they never reach: for very fast sources,"
                    + " and to spare flash. A crash loses what is in memory; it is counted dropped(crash) at the next"
                    + " start.")
    private boolean volatileSource;

    @UriParam(
            label = "advanced",
            defaultValue = "604800",
            description = "How long the broker keeps the session while the gateway is away, in seconds.")
    private long sessionExpiry = 604800;

    @UriParam(label = "advanced", defaultValue = "30", description = "Interval of pings in seconds.")
    private int keepAlive = 30;

    @UriParam(label = "advanced", defaultValue = "10", description = "Limit for one attempt to connect, in seconds.")
    private int connectTimeout = 10;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "60",
            description = "When nothing arrives for so many seconds the subscriptions are renewed and a message to"
                    + " qanat/v1/probe/<clientId> must come back, else the connection is made anew; 0 turns that off.")
    private int watchdog = 60;

    /** What messages hold; named as the option's values are. */
    public enum Payload {
        reading,
        bytes
    }

    public QanatMqttEndpoint(String uri, QanatMqttComponent component) {
        super(uri, component);
    }

    @Override
    public QanatMqttComponent getComponent() {
        return (QanatMqttComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() throws Exception {
        return new QanatMqttProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        QanatMqttConsumer consumer = new QanatMqttConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    String sourceName() {
        return source.isEmpty() ? topic : source;
    }

    /** The topic filters of a consumer. */
    List<String> filters() {
        return Stream.of(topic.split(","))
                .map(String::trim)
                .filter(filter -> !filter.isEmpty())
                .toList();
    }

    /** What a consumer opens. */
    IngressConfig ingress() {
        return new IngressConfig(sourceName(), maxInFlight, maxPayload, !volatileSource);
    }

    private Optional<Will> will() {
        return willTopic.isEmpty() ? Optional.empty() : Optional.of(new Will(willTopic, willPayload, willRetained));
    }

    MqttConfig config(String defaultClientId) {
        return new MqttConfig(
                brokerUrl,
                clientId.isEmpty() ? defaultClientId : clientId,
                username,
                password,
                new TlsFiles(caCertificate, clientCertificate, clientKey),
                will(),
                receiveMaximum,
                sessionExpiry,
                keepAlive,
                connectTimeout,
                watchdog);
    }

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = topic;
    }

    public String getBrokerUrl() {
        return brokerUrl;
    }

    public void setBrokerUrl(String brokerUrl) {
        this.brokerUrl = brokerUrl;
    }

    public String getUsername() {
        return username;
    }

    public void setUsername(String username) {
        this.username = username;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public String getCaCertificate() {
        return caCertificate;
    }

    public void setCaCertificate(String caCertificate) {
        this.caCertificate = caCertificate;
    }

    public String getClientCertificate() {
        return clientCertificate;
    }

    public void setClientCertificate(String clientCertificate) {
        this.clientCertificate = clientCertificate;
    }

    public String getClientKey() {
        return clientKey;
    }

    public void setClientKey(String clientKey) {
        this.clientKey = clientKey;
    }

    public String getWillTopic() {
        return willTopic;
    }

    public void setWillTopic(String willTopic) {
        this.willTopic = willTopic;
    }

    public String getWillPayload() {
        return willPayload;
    }

    public void setWillPayload(String willPayload) {
        this.willPayload = willPayload;
    }

    public boolean isWillRetained() {
        return willRetained;
    }

    public void setWillRetained(boolean willRetained) {
        this.willRetained = willRetained;
    }

    public String getClientId() {
        return clientId;
    }

    public void setClientId(String clientId) {
        this.clientId = clientId;
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public int getReceiveMaximum() {
        return receiveMaximum;
    }

    public void setReceiveMaximum(int receiveMaximum) {
        this.receiveMaximum = receiveMaximum;
    }

    public Payload getPayload() {
        return payload;
    }

    public void setPayload(Payload payload) {
        this.payload = payload;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxPayload() {
        return maxPayload;
    }

    public void setMaxPayload(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    public boolean isVolatile() {
        return volatileSource;
    }

    public void setVolatile(boolean volatileSource) {
        this.volatileSource = volatileSource;
    }

    public long getSessionExpiry() {
        return sessionExpiry;
    }

    public void setSessionExpiry(long sessionExpiry) {
        this.sessionExpiry = sessionExpiry;
    }

    public int getKeepAlive() {
        return keepAlive;
    }

    public void setKeepAlive(int keepAlive) {
        this.keepAlive = keepAlive;
    }

    public int getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(int connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public int getWatchdog() {
        return watchdog;
    }

    public void setWatchdog(int watchdog) {
        this.watchdog = watchdog;
    }
}
