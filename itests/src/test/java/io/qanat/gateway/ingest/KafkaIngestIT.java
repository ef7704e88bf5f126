package io.qanat.gateway.ingest;

import static io.qanat.gateway.ingest.Gateways.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Identity;
import io.qanat.gateway.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example route for Kafka in gateway processes, on a real broker. */
@Timeout(180)
class KafkaIngestIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;
    private static final int ASSETS = 8;

    @TempDir
    Path folder;

    private final Set<Identity> sent = new HashSet<>();
    private KafkaBroker broker;
    private KafkaProducer<String, byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = new KafkaBroker(folder.resolve("kafka"));
        broker.start();
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic("readings", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address()), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() throws Exception {
        producer.close();
        broker.close();
    }

    private Gateways gateway(String name) throws Exception {
        return new Gateways(
                folder.resolve(name),
                "kafka-to-alarms.xml",
                "kafka",
                Gateways.NO_BROKER,
                List.of("kafka"),
                Map.of("kafka.brokers", broker.address()));
    }

    /** Readings of all assets, keyed by asset. */
    private void send(int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            for (int asset = 0; asset < ASSETS; asset++) {
                String name = "mote-" + asset;
                byte[] payload = reading(name, number).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>("readings", name, payload));
                sent.add(Gateways.identity("kafka", name, number));
            }
        }
        producer.flush();
    }

    @Test
    void aGroupOfGatewaysLosesNothingWhenOneIsKilledAndKnowsWhatComesAgain() throws Exception {
        try (Gateways first = gateway("first");
                Gateways second = gateway("second")) {
            first.start();
            send(0, 200);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> first.count("received") > 100);

            first.kill();
            int journalled = first.accepted().size();
            assertThat(journalled).as("killed on the way").isLessThan(sent.size());
            first.start();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(first.count("received")).isEqualTo(sent.size()));
            assertThat(first.accepted()).isEqualTo(sent);
            // What was journalled and not yet committed to Kafka came again, and was known.
            assertThat(first.count("redelivered")).isBetween(0L, (long) journalled);
            await().atMost(PATIENCE).until(() -> committed() == sent.size());

            second.start();
            await().atMost(PATIENCE).until(() -> members() == 2);
            int before = sent.size();
            send(200, 250);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(first.count("received") + second.count("received"))
                    .isEqualTo(sent.size()));
            assertThat(first.count("received")).isGreaterThan(before);
            assertThat(second.count("received")).isPositive();

            first.kill();
            send(250, 300);
            await().atMost(PATIENCE).until(() -> taken(first, second).equals(sent));
            await().atMost(PATIENCE).until(second::balanced);
        }
    }

    private static Set<Identity> taken(Gateways first, Gateways second) throws Exception {
        Set<Identity> taken = new HashSet<>(first.accepted());
        taken.addAll(second.accepted());
        return taken;
    }

    /** Members of the group that have partitions. */
    private long members() throws Exception {
        try (Admin admin = broker.admin()) {
            return admin.describeConsumerGroups(List.of("qanat")).all().get(10, TimeUnit.SECONDS).values().stream()
                    .flatMap(group -> group.members().stream())
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        }
    }

    /** Sum of the group's offsets. */
    private long committed() throws Exception {
        try (Admin admin = broker.admin()) {
            return admin
                    .listConsumerGroupOffsets("qanat")
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }
}
