package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PromptTemplateTest {
    @Test
    void prompt_placeholderInsideTheData_isLeftAlone() {
        PromptTemplate template = new PromptTemplate("I: {instruction} X: {input}", "I: {instruction}");

        assertThat(template.prompt("say {input} and {instruction}", "in {instruction}"))
                .isEqualTo("I: say {input} and {instruction} X: in {instruction}");
    }

    @Test
    void prompt_inputBeforeInstruction_keepsTheOrderOfTheTemplate() {
        PromptTemplate template = new PromptTemplate("{input}|{instruction}|", "{instruction}");

        assertThat(template.prompt("a", "b")).isEqualTo("b|a|");
        assertThat(template.prompt("a", "")).isEqualTo("a");
    }

    @Test
    void render_openFedLlm_hasOneHeaderAndBlanks() {
        Example example = PromptTemplate.OPEN_FED_LLM.render(new AlpacaRecord("Do.", "", "Done."));

        assertThat(example.prompt()).endsWith("### Instruction:\nDo. \n\n### Response: ");
        assertThat(example.completion()).isEqualTo("Done.");
    }

    @Test
    void template_missingOrDoubledPlaceholder_isRefused() {
        assertThatThrownBy(() -> new PromptTemplate("{instruction}", "{instruction}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{input}");
        assertThatThrownBy(() -> new PromptTemplate("{instruction}{input}", "{instruction}{instruction}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exactly once");
    }
}
