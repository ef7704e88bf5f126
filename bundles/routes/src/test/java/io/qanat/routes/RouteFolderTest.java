package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFolderTest {
    private final PlainRoutes plain = new PlainRoutes(Map.of());

    @TempDir
    Path temporary;

    private Path drop;
    private GatewayRoutes routes;
    private RouteFolder folder;

    @BeforeEach
    void start() throws Exception {
        drop = Files.createDirectory(temporary.resolve("routes"));
        routes = plain.routes(Optional.of(new RouteHistory(temporary.resolve("versions"), Clock.systemUTC())));
        folder = new RouteFolder(drop, routes, Duration.ZERO, System::nanoTime);
    }

    @AfterEach
    void stop() {
        folder.close();
        plain.close();
    }

    private static String text(String answer) {
        return "- from: {uri: 'direct:a', steps: [{setBody: {constant: " + answer + "}}, {bean: {ref: sink}}]}";
    }

    private void look() throws InterruptedException {
        folder.look();
        folder.look();
    }

    private String answer() {
        plain.send("direct:a", "question");
        return plain.bodies.get(plain.bodies.size() - 1);
    }

    @Test
    void runsWhatIsSaved() throws Exception {
        Path file = Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        assertThat(answer()).isEqualTo("one");

        Files.writeString(file, text("two"));
        look();

        assertThat(answer()).isEqualTo("two");
    }

    @Test
    void looksByItself() throws Exception {
        folder.start(Duration.ofMillis(10));

        Files.writeString(drop.resolve("a.yaml"), text("one"));

        await().until(() -> !routes.routes().isEmpty());
    }

    @Test
    void waitsUntilAFileIsWhole() throws Exception {
        Path file = Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        Files.writeString(file, "");
        look();
        Files.writeString(file, text("two").substring(0, 30));
        folder.look();
        Files.writeString(file, text("two"));
        look();

        assertThat(answer()).isEqualTo("two");
        assertThat(routes.history("a.yaml")).hasSize(2);
        assertThat(routes.refusal("a.yaml")).isEmpty();
    }

    @Test
    void takesAFileThatAnEditorRenames() throws Exception {
        Path file = Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        Files.writeString(drop.resolve(".a.yaml.swp"), "vi");
        Files.writeString(drop.resolve("#a.yaml"), "emacs");
        Files.writeString(drop.resolve("a.yaml~"), "backup");
        Path fresh = Files.writeString(drop.resolve("a.yaml.tmp"), text("two"));
        look();
        Files.delete(file);
        folder.look();
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        look();

        assertThat(answer()).isEqualTo("two");
        assertThat(routes.status().get(0).facts()).doesNotContainKey("refused.#a.yaml");
    }

    @Test
    void leavesTheRunningVersionWhenAFileHasAMistake() throws Exception {
        Path file = Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        Files.writeString(file, text("two").replace("setBody", "setBdy"));
        look();

        assertThat(answer()).isEqualTo("one");
        assertThat(routes.refusal("a.yaml"))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("a.yaml:1:"));
    }

    @Test
    void removesTheRoutesOfADeletedFileAndRunsItWhenItComesBack() throws Exception {
        Path file = Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        Files.delete(file);
        look();
        assertThat(routes.routes()).isEmpty();

        Files.writeString(file, text("one"));
        look();

        assertThat(answer()).isEqualTo("one");
    }

    @Test
    void takesATextAgainOnceWhatItNeedsIsThere() throws Exception {
        plain.missing.add("probe");
        Files.writeString(drop.resolve("in.yaml"), "- from: {uri: 'probe:in', steps: [{bean: {ref: sink}}]}");
        look();
        assertThat(routes.refusal("in.yaml")).isPresent();

        plain.missing.clear();
        look();
        look();

        assertThat(plain.events).containsExactly("start in");
    }

    @Test
    void leavesWhatRunsWhenTheFolderCannotBeRead() throws Exception {
        Files.writeString(drop.resolve("a.yaml"), text("one"));
        look();
        Files.move(drop, temporary.resolve("elsewhere"));
        look();

        assertThat(answer()).isEqualTo("one");
    }
}
