package io.safefedllm.app.option;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.data.PromptTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a record of instruction, input and output becomes a prompt. */
public final class PromptOption {
    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "alpaca, open-fed-llm, or a text with {instruction} and maybe {input}, \\n for a new line"
                    + " (default: alpaca).")
    private @Nullable String prompt;

    /** Returns the option as if the person had chosen that. */
    static PromptOption of(String prompt) {
        PromptOption option = new PromptOption();
        option.prompt = prompt;
        return option;
    }

    /** Returns whether the person chose. */
    public boolean isGiven() {
        return prompt != null;
    }

    /** Returns the template, checked. */
    public PromptTemplate template() {
        return prompt == null ? PromptTemplate.ALPACA : named(prompt);
    }

    /** Returns the prompt of a name, or the one that a text with {@code {instruction}} is. */
    public static PromptTemplate named(String name) {
        return switch (name) {
            case "alpaca" -> PromptTemplate.ALPACA;
            case "open-fed-llm" -> PromptTemplate.OPEN_FED_LLM;
            default -> ownPrompt(name.replace("\\n", "\n"));
        };
    }

    private static PromptTemplate ownPrompt(String text) {
        if (!text.contains("{instruction}")) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--prompt '" + text + "' is no known prompt and holds no {instruction}",
                    "Choose alpaca or open-fed-llm, or write for instance 'Q: {instruction} {input}\\nA: '");
        }
        String withInput = text.contains("{input}") ? text : text.replace("{instruction}", "{instruction} {input}");
        return new PromptTemplate(withInput, text.replace("{input}", ""));
    }
}
