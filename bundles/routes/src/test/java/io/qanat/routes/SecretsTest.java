package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private final Path folder;
    private final Secrets secrets;

    SecretsTest(@TempDir Path folder) {
        this.folder = folder;
        this.secrets = new Secrets(folder);
    }

    @Test
    void readsATokenAnewEachTime() throws IOException {
        Files.writeString(folder.resolve("cloud-token"), "first\n");
        assertThat(secrets.bearer("cloud-token")).isEqualTo("Bearer first");

        Files.writeString(folder.resolve("cloud-token"), "second\n");

        assertThat(secrets.bearer("cloud-token")).isEqualTo("Bearer second");
    }

    @Test
    void refusesCallersThatDoNotShowTheToken() throws IOException {
        Files.writeString(folder.resolve("ingest-token"), "t0ken");

        assertThat(secrets.refuses("ingest-token", "Bearer t0ken")).isFalse();
        assertThat(secrets.refuses("ingest-token", "Bearer other")).isTrue();
        assertThat(secrets.refuses("ingest-token", "t0ken")).isTrue();
        assertThat(secrets.refuses("ingest-token", null)).isTrue();
    }

    @Test
    void saysWhereAMissingSecretBelongs() {
        assertThatThrownBy(() -> secrets.bearer("cloud-token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("write it to " + folder.resolve("cloud-token"));
    }

    @Test
    void readsNoFileOutsideItsFolder() throws IOException {
        Files.writeString(folder.resolve("secret"), "outside");
        Secrets inner = new Secrets(Files.createDirectory(folder.resolve("inner")));

        assertThatThrownBy(() -> inner.bearer("../secret")).hasMessageContaining("is no name of a file");
        assertThatThrownBy(() -> inner.bearer(folder.resolve("secret").toString()))
                .hasMessageContaining("is no name of a file");
    }

    /** A line break in a header would begin another header. */
    @Test
    void refusesASecretOfSeveralLinesAndDoesNotShowIt() throws IOException {
        Files.writeString(folder.resolve("cloud-token"), "t0ken\r\nX-Other: 1");

        assertThatThrownBy(() -> secrets.bearer("cloud-token"))
                .hasMessageContaining("more than one line")
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void isAPlaceholderWhoseValueNoMistakeShows() throws IOException, RouteException {
        Files.writeString(folder.resolve("size"), "t0ken");
        try (PlainRoutes plain = new PlainRoutes(Map.of())) {
            plain.context.getPropertiesComponent().addPropertiesFunction(secrets);

            assertThatThrownBy(() -> load(plain, "{{secret:size}}"))
                    .isInstanceOf(RouteException.class)
                    .hasMessageContaining("option 'size' of seda is '...': expected a whole number")
                    .hasMessageNotContaining("t0ken");
            assertThatThrownBy(() -> load(plain, "{{secret:none}}"))
                    .hasMessageContaining("missing placeholder {{secret:none}}: write it to a file of this name");
            Files.writeString(folder.resolve("size"), "10");
            assertThat(load(plain, "{{secret:size}}")).isEqualTo("10");
        }
    }

    private static String load(PlainRoutes plain, String size) throws RouteException {
        plain.load("<routes><route id='b'><from uri='seda:b?size=" + size + "'/><to uri='log:b'/></route></routes>");
        return String.valueOf(plain.context.resolvePropertyPlaceholders(size));
    }
}
