package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllowedEnvironmentTest {
    private final AllowedEnvironment environment =
            new AllowedEnvironment(Set.of("PLANT", "UNSET"), Map.of("PLANT", "north", "TOKEN", "s3cret")::get);

    @Test
    void givesTheVariablesThatTheConfigurationNames() {
        assertThat(environment.apply("PLANT")).isEqualTo("north");
    }

    @Test
    void givesNoOtherOnes() {
        assertThatThrownBy(() -> environment.apply("TOKEN"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the environment variable TOKEN is not set, or not allowed");
        assertThatThrownBy(() -> environment.apply("UNSET")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Camel alone would put a variable in the place of a property of the same name. */
    @Test
    void takesNoVariableInThePlaceOfAProperty() {
        try (PlainRoutes plain = new PlainRoutes(Map.of())) {
            assertThatThrownBy(() -> plain.context.resolvePropertyPlaceholders("{{PATH}}"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
