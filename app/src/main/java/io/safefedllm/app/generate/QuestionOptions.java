package io.safefedllm.app.generate;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.PromptOption;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.template.ChatTemplate;
import io.safefedllm.client.template.ChatTurn;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a question is put to a model. */
final class QuestionOptions {
    private static final String AUTO = "auto";
    private static final String CHAT = "chat";
    private static final String TEXT = "text";

    @Option(
            names = "--prompt",
            paramLabel = "FORM",
            defaultValue = AUTO,
            description =
                    "chat puts it into the model's chat template, text takes it as it is, auto is chat for models that"
                            + " have a template; alpaca, open-fed-llm or a text with {instruction} is what an adapter was"
                            + " trained with (default: ${DEFAULT-VALUE}).")
    private String form;

    @Option(names = "--system", paramLabel = "TEXT", description = "What a chat tells the model before the question.")
    private @Nullable String system;

    /** Turns a question into tokens. */
    @FunctionalInterface
    interface Encoder {
        int[] encode(String question);
    }

    /**
     * Returns how questions are put to the model of {@code directory}.
     *
     * @param now what a template that asks for the date is told
     */
    Encoder encoder(Path directory, TextTokenizer tokenizer, LocalDateTime now) {
        if (form.equals(CHAT) || (form.equals(AUTO) && ChatTemplate.isIn(directory))) {
            ChatTemplate template = ChatTemplate.read(directory, now);
            return question -> tokenizer
                    .encode(template.render(turns(question), true), false)
                    .ids();
        }
        if (system != null) {
            throw new Failure(FailureCode.USAGE, "--system is for chats only", "Use --prompt chat, or leave it out");
        }
        if (form.equals(AUTO) || form.equals(TEXT)) {
            return question -> tokenizer.encode(question, true).ids();
        }
        var prompt = PromptOption.named(form);
        return question -> tokenizer.encode(prompt.prompt(question, ""), true).ids();
    }

    private List<ChatTurn> turns(String question) {
        List<ChatTurn> turns = new ArrayList<>();
        if (system != null) {
            turns.add(new ChatTurn("system", system));
        }
        turns.add(new ChatTurn("user", question));
        return turns;
    }
}
