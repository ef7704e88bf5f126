package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.RouteException;
import io.qanat.api.RouteVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of texts: history, rollback and what runs after a restart. */
class RouteVersionsTest {
    private static final String NAME = "test.xml";

    private PlainRoutes plain = new PlainRoutes(Map.of("value", "s3cret"));

    @TempDir
    Path folder;

    private GatewayRoutes routes;

    @BeforeEach
    void start() {
        routes = plain.routes(Optional.of(new RouteHistory(folder.resolve("versions"), Clock.systemUTC())));
    }

    @AfterEach
    void stop() {
        plain.close();
    }

    /** What comes after a stop or a kill: nothing but the files is left. */
    private void restart() {
        plain.close();
        plain = new PlainRoutes(Map.of("value", "s3cret"));
        start();
    }

    private static String text(String answer) {
        return "<routes><route id='a'><from uri='direct:a'/><setBody><constant>" + answer
                + "</constant></setBody><bean ref='sink'/></route></routes>";
    }

    private String answer() {
        plain.send("direct:a", "question");
        return plain.bodies.get(plain.bodies.size() - 1);
    }

    @Test
    void keepsEachVersionAndGoesBack() throws RouteException {
        routes.load(NAME, text("one"));
        routes.load(NAME, text("two"));
        routes.load(NAME, text("three"));

        assertThat(routes.rollback(NAME, 0)).containsExactly("a");
        assertThat(answer()).isEqualTo("two");
        routes.rollback(NAME, 1);
        assertThat(answer()).isEqualTo("one");
        assertThat(routes.history(NAME)).extracting(RouteVersion::number).containsExactly(3, 2, 1);
        assertThat(routes.history(NAME)).extracting(RouteVersion::running).containsExactly(false, false, true);
        assertThat(routes.text(NAME, 0)).isEqualTo(text("one"));
        assertThat(routes.routes().get(0).version()).isEqualTo(1);
    }

    @Test
    void saysThatThereIsNoVersionBefore() throws RouteException {
        routes.load(NAME, text("one"));

        assertThatThrownBy(() -> routes.rollback(NAME, 0)).hasMessage("test.xml has no version before 1");
        assertThatThrownBy(() -> routes.rollback(NAME, 7)).hasMessage("test.xml has no version 7: it has [1]");
        assertThatThrownBy(() -> routes.history("other.xml"))
                .hasMessage("there was no text other.xml: there are [test.xml]");
        assertThatThrownBy(() -> routes.load("../x.xml", text("two").replace("'a'", "'b'")))
                .hasMessageStartingWith("the text's name '../x.xml' is no name of a file");
        assertThat(answer()).isEqualTo("one");
    }

    @Test
    void runsAfterARestartWhatRanBefore() throws RouteException {
        routes.load(NAME, text("one"));
        routes.load(NAME, text("two"));
        routes.rollback(NAME, 0);

        restart();
        startFiles(List.of());

        await().untilAsserted(() -> assertThat(routes.routes()).hasSize(1));
        assertThat(answer()).isEqualTo("one");
    }

    @Test
    void runsTheVersionThatRanUnlessTheFileHasChanged() throws Exception {
        Path file = Files.writeString(folder.resolve(NAME), text("one"));
        routes.takeFile(NAME, Files.readString(file));
        routes.load(NAME, text("by command"));

        restart();
        routes.takeFile(NAME, Files.readString(file));
        assertThat(answer()).isEqualTo("by command");

        restart();
        routes.takeFile(NAME, text("edited"));
        assertThat(answer()).isEqualTo("edited");
    }

    @Test
    void runsAfterARestartWhatRanBeforeWhenTheChangedFileHasAMistake() throws RouteException {
        routes.takeFile(NAME, text("one"));

        restart();
        assertThatThrownBy(() -> routes.takeFile(NAME, text("two").replace("setBody", "setBdy")))
                .hasMessageContaining("did you mean setBody?");

        assertThat(answer()).isEqualTo("one");
        assertThat(routes.refusal(NAME))
                .hasValueSatisfying(reason -> assertThat(reason).contains("setBdy"));
    }

    /** The text of the new version is on disk, and nothing says yet that it runs. */
    @Test
    void runsTheOldVersionAfterAKillInTheMiddleOfALoad() throws Exception {
        routes.load(NAME, text("one"));
        RouteHistory files = new RouteHistory(folder.resolve("versions"), Clock.systemUTC());
        files.keep(NAME, text("two"));
        Files.writeString(folder.resolve("versions/test.xml/state.properties.new"), "running=");

        restart();
        startFiles(List.of());

        await().untilAsserted(() -> assertThat(routes.routes()).hasSize(1));
        assertThat(answer()).isEqualTo("one");
        routes.load(NAME, text("three"));
        assertThat(routes.text(NAME, 2)).isEqualTo(text("three"));
    }

    @Test
    void goesBackWhenTheVersionCannotBeWrittenDown() throws Exception {
        routes.load(NAME, text("one"));
        Path state = folder.resolve("versions/test.xml/state.properties.new");
        Files.createDirectory(state);

        assertThatThrownBy(() -> routes.load(NAME, text("two")))
                .isInstanceOf(RouteException.class)
                .hasMessageContaining("so a restart would not know what ran");

        assertThat(answer()).isEqualTo("one");
        assertThat(routes.text(NAME, 0)).isEqualTo(text("one"));
    }

    @Test
    void removesATextUntilItsFileChanges() throws RouteException {
        routes.takeFile(NAME, text("one"));
        routes.remove(NAME);
        assertThat(plain.context.getRoutes()).isEmpty();

        restart();
        assertThat(routes.takeFile(NAME, text("one"))).isEmpty();
        assertThat(routes.takeFile(NAME, text("two"))).containsExactly("a");
        assertThatThrownBy(() -> routes.remove("other.xml"))
                .hasMessage("no routes of a text other.xml run: there are [test.xml]");
    }

    @Test
    void keepsTheNewestFiftyVersions() throws Exception {
        RouteHistory files = new RouteHistory(folder.resolve("many"), Clock.systemUTC());
        for (int i = 1; i <= 60; i++) {
            files.runs(NAME, files.keep(NAME, "text " + i), "");
        }

        assertThat(files.versions(NAME)).hasSize(50);
        assertThat(files.versions(NAME).get(49).number()).isEqualTo(11);
        assertThat(folder.resolve("many/test.xml/10.text")).doesNotExist();
        assertThat(files.text(NAME, 11)).isEqualTo("text 11");
    }

    @Test
    void writesNoValueOfAPlaceholderDown() throws Exception {
        routes.load(NAME, text("{{value}}"));
        assertThat(answer()).isEqualTo("s3cret");

        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("s3cret");
            }
        }
        assertThat(routes.text(NAME, 0)).contains("{{value}}").doesNotContain("s3cret");
        assertThat(routes.routes().toString() + routes.status()).doesNotContain("s3cret");
    }

    @Test
    void triesATextAgainWhoseRoutesDoNotStartAfterARestart() throws IOException {
        Path file = Files.writeString(
                folder.resolve(NAME),
                "<routes><route id='in'><from uri='probe:later'/><bean ref='sink'/></route></routes>");
        plain.broken.add("later");

        try (RouteFiles files = new RouteFiles(List.of(file), routes, Duration.ofMillis(1))) {
            files.start();
            await().untilAsserted(() -> assertThat(routes.refusal(NAME)).isPresent());
            plain.broken.clear();
            await().untilAsserted(() -> assertThat(plain.events).contains("start later"));
        }
        assertThat(routes.refusal(NAME)).isEmpty();
    }

    private void startFiles(List<Path> files) {
        new RouteFiles(files, routes, Duration.ofMillis(1)).start();
    }
}
