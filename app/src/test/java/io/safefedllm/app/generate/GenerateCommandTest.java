package io.safefedllm.app.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.app.shipped.Bundled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the bundled model, a few tokens each. */
class GenerateCommandTest {
    private static final String QUESTION = "count to three";
    private static final String TEXT = "instruction: count to three\\nresponse: ";

    @TempDir
    private Path directory;

    private static String answer(Path model, String... more) {
        Harness program = new Harness();
        List<String> arguments =
                new ArrayList<>(List.of("generate", "--model", model.toString(), "--max-tokens", "12"));
        arguments.addAll(List.of(more));
        int status = program.run(arguments.toArray(String[]::new));

        assertThat(program.err()).matches("answering on (cpu|cuda:0) \\(auto.*\\), PyTorch 2\\.7\\.1, .* threads?\\R");
        assertThat(status).isZero();
        return program.out();
    }

    @Test
    void generate_oneQuestionOrTwo_answersTheSame() {
        String alone = answer(Bundled.model(), QUESTION);

        assertThat(alone.strip()).isNotEmpty();
        assertThat(answer(Bundled.model(), QUESTION, QUESTION)).isEqualTo(alone + alone);
    }

    @Test
    void generate_withTemperature_dependsOnTheSeedAlone() {
        String[] first = {"--temperature", "3", "--seed", "1", QUESTION};
        String[] second = {"--temperature", "3", "--seed", "2", QUESTION};

        assertThat(answer(Bundled.model(), first))
                .isEqualTo(answer(Bundled.model(), first))
                .isNotEqualTo(answer(Bundled.model(), second));
        assertThat(answer(Bundled.model(), "--temperature", "3", "--top-k", "1", QUESTION))
                .isEqualTo(answer(Bundled.model(), QUESTION));
    }

    @Test
    void generate_formsOfTheSamePrompt_giveTheSameAnswer() throws IOException {
        Path model = Files.createDirectory(directory.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(Bundled.model().resolve(file), model.resolve(file));
        }
        String plain = answer(model, TEXT);

        assertThat(answer(model, "--prompt", "text", TEXT)).isEqualTo(plain);
        assertThat(answer(model, "--prompt", "instruction: {instruction}\\nresponse: ", QUESTION))
                .isEqualTo(plain);
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "<bos>{% for m in messages %}{{ 'instruction' if m.role == 'user' else m.role }}: {{ m.content }}\n"
                        + "{% endfor %}{{ 'response: ' if add_generation_prompt }}");
        assertThat(answer(model, QUESTION)).isEqualTo(plain);
        assertThat(answer(model, "--prompt", "chat", QUESTION)).isEqualTo(plain);
        assertThat(answer(model, "--system", "be brief", QUESTION))
                .isEqualTo(answer(model, "--prompt", "text", "system: be brief\\n" + TEXT));
    }

    @Test
    void generate_optionsThatDoNotFit_areWrongUsage() {
        for (String[] wrong : new String[][] {
            {"--temperature", "-1"},
            {"--top-p", "0"},
            {"--prompt", "text", "--system", "be brief"},
            {"--prompt", "nonsense"}
        }) {
            Harness program = new Harness();
            List<String> arguments = new ArrayList<>(
                    List.of("generate", "--model", Bundled.model().toString(), "a"));
            arguments.addAll(List.of(wrong));

            assertThat(program.run(arguments.toArray(String[]::new)))
                    .as(wrong[0])
                    .isEqualTo(2);
            assertThat(program.err()).contains("SFL-100");
        }
    }
}
