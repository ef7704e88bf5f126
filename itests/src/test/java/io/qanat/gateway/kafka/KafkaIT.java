package io.qanat.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import io.qanat.gateway.shared.StoredAlarms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The faults of docs/connectors.md. What a consumer reads back is compared with what was stored; a duplicate is one of
 * the same id.
 */
@Timeout(180)
class KafkaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration START = Duration.ofSeconds(20);
    private static final String ENDPOINT = "cloud-kafka";
    private static final String TOPIC = "alarms";
    private static final int PARTITIONS = 3;

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());
    private final Path route = home.root().resolve("routes/alarms-to-kafka.xml");
    private final List<String> stored = new ArrayList<>();

    @TempDir
    Path folder;

    private KafkaBroker broker;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        broker = new KafkaBroker(folder.resolve("kafka"));
        gateway = gateway(broker.address(), folder.resolve("gateway"));
    }

    private Gateway gateway(String brokers, Path data) throws IOException {
        Gateway started = Gateway.start(home, data, route, Map.of("kafka.brokers", brokers));
        started.connect(home, List.of("kafka"));
        await().atMost(START).untilAsserted(() -> assertThat(
                        started.status("routes").map(StageStatus::facts).orElse(Map.of()))
                .containsEntry("route.cloud-kafka", "Started"));
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        broker.close();
    }

    @Test
    void deliversToThePartitionOfTheAssetAsAStructuredCloudEvent() throws Exception {
        broker.start();
        createTopic(Map.of());

        store(60);

        awaitDelivered();
        List<ConsumerRecord<String, byte[]>> records = read();
        assertThat(ids(records)).containsExactlyInAnyOrderElementsOf(stored);
        assertThat(records).allSatisfy(message -> {
            assertThat(message.key()).isEqualTo(StoredAlarms.asset(id(message)));
            assertThat(message.headers().toArray()).extracting(Header::key).containsExactly("content-type");
            assertThat(new String(message.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8))
                    .isEqualTo("application/cloudevents+json; charset=UTF-8");
        });
        Map<String, Set<Integer>> partitions = records.stream()
                .collect(Collectors.groupingBy(
                        ConsumerRecord::key, Collectors.mapping(ConsumerRecord::partition, Collectors.toSet())));
        assertThat(partitions).hasSize(5).allSatisfy((asset, its) -> assertThat(its)
                .hasSize(1));
    }

    @Test
    void losesNothingWhenTheBrokerIsKilledUnderLoadAndComesBack() throws Exception {
        broker.start();
        createTopic(Map.of());
        store(200);
        await().atMost(PATIENCE).until(() -> ledger().delivered() > 20);

        broker.kill();
        store(200);
        await().atMost(PATIENCE).until(() -> failures() > 0);
        broker.start();
        store(200);

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    @Test
    void deliversOnceABrokerIsThereThatWasNotAtTheStart() throws Exception {
        store(20);
        awaitError("see that the brokers run and can be reached");

        broker.start();
        createTopic(Map.of());

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    @Test
    void runsWithoutTheNetworkAndDeliversOnceTheBrokersNamesAreRight() throws Exception {
        gateway.close();
        // SQLite's library stays loaded in this process from where the first one has it.
        gateway = gateway("broker.invalid:9092", folder.resolve("offline"));
        store(20);
        awaitError("see that the brokers' names are right and can be resolved");
        broker.start();
        createTopic(Map.of());

        gateway.framework()
                .service(RouteLoader.class, PATIENCE)
                .load(
                        route.getFileName().toString(),
                        Files.readString(route).replace("{{kafka.brokers}}", broker.address()));

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    @Test
    void deliversOnceAMissingTopicIsCreated() throws Exception {
        broker.start();
        store(20);
        awaitError("and that the topic exists");

        createTopic(Map.of());

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    @Test
    void deliversOnceItIsAllowedTo() throws Exception {
        broker.start();
        createTopic(Map.of());
        AclBinding denial = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
        try (Admin admin = broker.admin()) {
            admin.createAcls(List.of(denial)).all().get();
            store(20);
            awaitError("grant the gateway's user WRITE and DESCRIBE on the topic");

            admin.deleteAcls(List.of(denial.toFilter())).all().get();
        }

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    @Test
    void parksWhatIsTooLargeAtTheClientOrAtTheBrokerAndDeliversTheRest() throws Exception {
        broker.start();
        createTopic(Map.of("max.message.bytes", "10000"));
        StoredAlarms.store(gateway, List.of(message("asset-1/large", 20_000), message("asset-2/larger", 2_000_000)));
        store(20);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ledger())
                .isEqualTo(new DeliveryLedger(22, 20, 0, 0, 2, 0, Map.of("parked(refused)", 2L))));
        assertThat(ids(read())).containsExactlyInAnyOrderElementsOf(stored);
        assertThat(lastError()).contains("raise max.message.bytes of the topic");
    }

    @Test
    void losesNothingWhenTheBrokerHangsForLongerThanATryTakes() throws Exception {
        broker.start();
        createTopic(Map.of());
        store(50);
        await().atMost(PATIENCE).until(() -> ledger().delivered() > 0);

        broker.freeze();
        store(50);
        await().atMost(PATIENCE).until(() -> failures() > 0);
        broker.thaw();

        awaitDelivered();
        assertThat(new HashSet<>(ids(read()))).isEqualTo(new HashSet<>(stored));
    }

    private void createTopic(Map<String, String> options) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1).configs(options)))
                    .all()
                    .get();
        }
    }

    private void store(int count) {
        List<OutboxMessage> messages = IntStream.range(stored.size(), stored.size() + count)
                .mapToObj(i -> message("asset-" + i % 5 + "/" + i, 500))
                .toList();
        StoredAlarms.store(gateway, messages);
        messages.forEach(message -> stored.add(message.id()));
    }

    private static OutboxMessage message(String id, int bytes) {
        return StoredAlarms.message(ENDPOINT, id, bytes);
    }

    private DeliveryLedger ledger() {
        return gateway.ledgers().delivery().getOrDefault(ENDPOINT, new DeliveryLedger(0, 0, 0, 0, 0, 0));
    }

    private void awaitDelivered() {
        int all = stored.size();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ledger()).isEqualTo(new DeliveryLedger(all, all, 0, 0, 0, 0)));
    }

    private void awaitError(String part) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lastError()).contains(part));
    }

    private String lastError() {
        return gateway.status("outbox:" + ENDPOINT)
                .map(status -> String.valueOf(status.facts().get("lastError")))
                .orElse("");
    }

    private long failures() {
        return gateway.status("outbox:" + ENDPOINT)
                .map(status -> status.count("failures"))
                .orElse(0L);
    }

    /** All messages of the topic, from the first one to the last one that is there now. */
    private List<ConsumerRecord<String, byte[]>> read() {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address()), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static List<String> ids(List<ConsumerRecord<String, byte[]>> records) {
        return records.stream().map(KafkaIT::id).toList();
    }

    private static String id(ConsumerRecord<String, byte[]> message) {
        try {
            return new ObjectMapper().readTree(message.value()).path("id").asText();
        } catch (IOException e) {
            throw new IllegalStateException("what arrived is no JSON", e);
        }
    }
}
