package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which file of a package runs: the package's choice, that of whoever activates it, or that of a route. */
@Timeout(120)
class VariantsTest {
    private static final String MODEL = "mote-detector";

    private final Path temp;
    private InstalledModels installed;

    VariantsTest(@TempDir Path temp) throws Exception {
        this.temp = temp;
        Packages.copy(temp.resolve("models").resolve(MODEL), "1.0.0");
        this.installed = open();
    }

    private InstalledModels open() {
        return new InstalledModels(
                temp.resolve("models"),
                temp.resolve("added"),
                new PackageSignature(PackageSignature.Policy.REQUIRE, temp.resolve("keys")));
    }

    @AfterEach
    void close() {
        installed.close();
    }

    private String active() {
        return installed.active(MODEL).map(ModelRef::variant).orElse("none");
    }

    private DynamicBatcher route(String variant) {
        return installed
                .models()
                .open(MODEL, BatchOptions.DEFAULT, UnaryOperator.identity(), variant, "onnx:" + MODEL + "#" + variant);
    }

    private static String variantThatScores(DynamicBatcher batcher) throws IOException {
        Answers answers = new Answers();
        batcher.submit(Packages.windows("a").get(0), answers);
        await().until(() -> answers.scores.size() == 1);
        return answers.scores.get(0).model().variant();
    }

    @Test
    void thePackagesChoiceRunsWhereNobodyAsksForAnother() throws Exception {
        assertThat(active()).isEqualTo("int8");
        assertThat(variantThatScores(route(""))).isEqualTo("int8");
    }

    @Test
    void aRouteMayAskForAnotherVariant() throws Exception {
        assertThat(variantThatScores(route("fp32"))).isEqualTo("fp32");
        assertThat(active()).isEqualTo("fp32");
    }

    @Test
    void theNextRouteWithoutAVariantGetsThePackagesChoiceAgain() throws Exception {
        route("fp32");
        installed.models().release(MODEL);

        assertThat(variantThatScores(route(""))).isEqualTo("int8");
    }

    @Test
    void twoRoutesOfOneModelAskForTheSameVariant() {
        route("");

        assertThatThrownBy(() -> route("fp32"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("variant=fp32")
                .hasMessageContaining("already runs the model with")
                .hasMessageContaining("variant=int8");
        assertThat(route("int8")).isNotNull();
    }

    @Test
    void aRouteThatAsksForAVariantThatIsNotThereIsToldWhichThereAre() {
        assertThatThrownBy(() -> route("int4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.json has no variant int4: it has [fp32, int8]");
        assertThat(active()).isEqualTo("int8");
    }

    @Test
    void anActivationMayAskForAnotherVariantWhileARouteRuns() throws Exception {
        DynamicBatcher batcher = route("");

        ModelRef now = installed.activate(MODEL, "1.0.0", "fp32");

        assertThat(now.variant()).isEqualTo("fp32");
        assertThat(variantThatScores(batcher)).isEqualTo("fp32");
    }

    @Test
    void theVariantThatWasAskedForSurvivesARestart() throws Exception {
        installed.activate(MODEL, "1.0.0", "fp32");

        installed.close();
        installed = open();

        assertThat(active()).isEqualTo("fp32");
    }

    @Test
    void rollingBackGoesToTheVariantBefore() throws Exception {
        installed.activate(MODEL, "1.0.0", "fp32");

        assertThat(installed.rollback(MODEL).variant()).isEqualTo("int8");
        installed.close();
        installed = open();
        assertThat(active()).isEqualTo("int8");
    }

    @Test
    void aRouteKeepsItsVariantWhenAnotherVersionIsActivated() throws Exception {
        Packages.copy(temp.resolve("models").resolve(MODEL), "1.1.0");
        DynamicBatcher batcher = route("fp32");

        ModelRef now = installed.activate(MODEL, "1.1.0");

        assertThat(now.version()).isEqualTo("1.1.0");
        assertThat(now.variant()).isEqualTo("fp32");
        assertThat(variantThatScores(batcher)).isEqualTo("fp32");
    }

    @Test
    void anActivationThatARouteWouldNotFollowIsRefused() throws Exception {
        DynamicBatcher batcher = route("int8");

        assertThatThrownBy(() -> installed.activate(MODEL, "1.0.0", "fp32"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot run as fp32")
                .hasMessageContaining("asks for variant=int8");
        assertThat(variantThatScores(batcher)).isEqualTo("int8");
        installed.close();
        installed = open();
        assertThat(active()).isEqualTo("int8");
    }

    @Test
    void aVersionWithoutTheVariantOfARouteIsRefused() throws Exception {
        Path folder = Packages.copy(temp.resolve("models").resolve(MODEL), "1.1.0");
        Packages.edit(folder, manifest -> Packages.array(manifest, "variants").remove(0));
        DynamicBatcher batcher = route("fp32");

        assertThatThrownBy(() -> installed.activate(MODEL, "1.1.0"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no variant fp32: it has [int8]");
        assertThat(variantThatScores(batcher)).isEqualTo("fp32");
    }

    @Test
    void aVariantIsCheckedAgainstItsOwnGoldenScores() throws Exception {
        Packages.editGolden(temp.resolve("models").resolve(MODEL).resolve("1.0.0"), samples -> ((ObjectNode)
                        samples.get("expected").get("fp32"))
                .set("score", samples.at("/expected/int8/score").deepCopy()));
        Files.deleteIfExists(temp.resolve("added/active.json"));

        assertThatThrownBy(() -> installed.activate(MODEL, "1.0.0", "fp32"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.onnx gives golden sample");
        assertThat(active()).isEqualTo("int8");
    }
}
