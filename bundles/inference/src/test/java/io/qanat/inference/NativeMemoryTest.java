package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qanat.api.Score;
import io.qanat.api.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is native is freed: a session that stays open costs 1 MB and more, here 100 of them. */
@Timeout(300)
class NativeMemoryTest {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final int WARM_UP = 40;
    private static final int RELOADS = 100;
    private static final long BOUND_KB = 40_000;

    private final Models models = new Models();
    private final Path temp;

    NativeMemoryTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @BeforeEach
    void requireLinux() {
        assumeTrue(Files.exists(MAPPINGS), "skipped: resident memory is read from /proc, which only Linux has");
    }

    @AfterEach
    void close() {
        models.close();
    }

    /** Resident memory without the largest mapping, which is the Java heap. */
    private static long nativeKilobytes() throws IOException {
        long[] resident = Files.readAllLines(MAPPINGS).stream()
                .filter(line -> line.startsWith("Rss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sorted()
                .toArray();
        return Arrays.stream(resident).limit(resident.length - 1).sum();
    }

    @Test
    void reloadsUnderAnOpenEndpointKeepNoMemory() throws Exception {
        Path newer = Packages.newer(temp);
        List<Window> windows = Packages.windows("mote-1");
        models.activate(Packages.shipped());
        DynamicBatcher batcher =
                models.open("mote-detector", new BatchOptions(8, Duration.ofMillis(1), 64), "onnx:mote-detector");

        reload(WARM_UP, batcher, newer, windows);
        long before = nativeKilobytes();
        reload(RELOADS, batcher, newer, windows);

        assertThat(nativeKilobytes() - before).isLessThan(BOUND_KB);
    }

    private void reload(int count, DynamicBatcher batcher, Path newer, List<Window> windows) throws Exception {
        Scored scored = new Scored();
        for (int i = 0; i < count; i++) {
            models.activate(i % 2 == 0 ? newer : Packages.shipped());
            windows.forEach(window -> batcher.submit(window, scored));
        }
    }

    @Test
    void runsKeepNoMemory() throws Exception {
        List<Window> windows = Packages.windows("mote-1");
        models.activate(Packages.shipped());
        DynamicBatcher batcher = models.open("mote-detector", BatchOptions.DEFAULT, "onnx:mote-detector");

        run(100_000, batcher, windows);
        long before = nativeKilobytes();
        run(200_000, batcher, windows);

        assertThat(nativeKilobytes() - before).isLessThan(BOUND_KB);
    }

    private static void run(int count, DynamicBatcher batcher, List<Window> windows) {
        Scored scored = new Scored();
        for (int i = 0; i < count; i++) {
            batcher.submit(windows.get(i % windows.size()), scored);
        }
    }

    private static final class Scored implements ScoreCallback {
        @Override
        public void scored(List<Score> scores, boolean sync) {
            // Only the memory matters.
        }

        @Override
        public void failed(ScoringException failure, boolean sync) {
            throw new IllegalStateException(failure);
        }
    }
}
