package io.safefedllm.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.app.failure.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyValuesTest {
    @Test
    void parse_severalPairs_keepsTypesAndOrder() {
        assertThat(KeyValues.parse("--node-config", " partition-id=2  name=\"a b\" share=0.5 site=x "))
                .containsExactly(
                        Map.entry("partition-id", 2L),
                        Map.entry("name", "a b"),
                        Map.entry("share", 0.5),
                        Map.entry("site", "x"));
    }

    @Test
    void parse_nothing_isEmpty() {
        assertThat(KeyValues.parse("--node-config", " ")).isEmpty();
    }

    @Test
    void parse_noPair_namesIt() {
        assertThatThrownBy(() -> KeyValues.parse("--node-config", "a=1 b"))
                .isInstanceOf(Failure.class)
                .hasMessage("--node-config: 'b' is not KEY=VALUE");
    }
}
