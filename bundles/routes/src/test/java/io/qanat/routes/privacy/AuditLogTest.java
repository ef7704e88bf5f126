package io.qanat.routes.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DataClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Departure ALARM =
            new Departure("cloud-http", "http://cloud/hook", DataClass.ALARM, 412, "hot/mote/raised");

    @TempDir
    private Path folder;

    @Test
    void writesALineForEachDeparture() throws IOException {
        try (AuditLog log = AuditLog.open(folder, CLOCK)) {
            log.add(ALARM, true);
            log.add(new Departure("", "kafka:alarms", DataClass.NONE, -1, ""), false);
        }

        assertThat(Files.readAllLines(folder.resolve("audit.jsonl")))
                .containsExactly(
                        "{\"at\":\"2026-01-01T00:00:00Z\",\"route\":\"cloud-http\",\"endpoint\":\"http:\\/\\/cloud\\/hook\","
                                + "\"class\":\"alarm\",\"bytes\":412,\"event\":\"hot\\/mote\\/raised\",\"outcome\":\"sent\"}",
                        "{\"at\":\"2026-01-01T00:00:00Z\",\"route\":\"\",\"endpoint\":\"kafka:alarms\",\"class\":\"none\","
                                + "\"bytes\":-1,\"outcome\":\"failed\"}");
    }

    @Test
    void keepsFiveFilesOfBoundedSize() throws IOException {
        try (AuditLog log = AuditLog.open(folder, CLOCK, 400)) {
            for (int i = 0; i < 40; i++) {
                log.add(ALARM, true);
            }
        }

        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(5).allMatch(file -> file.toFile().length() <= 800);
        }
    }

    @Test
    void countsWhatItCannotWriteAndGoesOnWhenItCan() throws IOException {
        Path occupied = Files.writeString(folder.resolve("audit"), "a file where the folder should be");

        try (AuditLog log = AuditLog.open(occupied, CLOCK)) {
            log.add(ALARM, true);
            await().untilAsserted(() -> assertThat(log.lost()).isEqualTo(1));
            Files.delete(occupied);
            log.add(ALARM, true);
            await().untilAsserted(
                            () -> assertThat(occupied.resolve("audit.jsonl")).isNotEmptyFile());
            assertThat(log.lost()).isEqualTo(1);
        }
    }
}
