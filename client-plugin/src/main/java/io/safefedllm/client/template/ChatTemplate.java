package io.safefedllm.client.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a checkpoint writes conversations (LORA-TRAINER 5), rendered as transformers renders it: Jinja with {@code trim_blocks} and
 * {@code lstrip_blocks}.
 *
 * <p>Understood are output, {@code if}, {@code for} with filter and {@code loop}, {@code set}, {@code namespace}, {@code raw},
 * {@code break} and {@code continue}, comments, Jinja's operators, slices, the usual tests and filters and methods of strings and
 * mappings. Anything else is refused by name when the template is read. The templates write the special tokens themselves, so what comes
 * out must be tokenised without adding any. Immutable and thread-safe.
 */
public final class ChatTemplate {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "tokenizer_config.json";

    private final Node root;
    private final String bos;
    private final String eos;
    private final LocalDateTime now;

    private ChatTemplate(Node root, String bos, String eos, LocalDateTime now) {
        this.root = root;
        this.bos = bos;
        this.eos = eos;
        this.now = now;
    }

    /**
     * Reads a template.
     *
     * @param bos text of the token that begins a text; empty if there is none
     * @param eos text of the token that ends a text; empty if there is none
     * @param now what {@code strftime_now} tells; templates without it do not care
     * @throws TemplateException if it is malformed or uses something that is not supported; the message says what and where
     */
    public static ChatTemplate of(String template, String bos, String eos, LocalDateTime now) {
        return new ChatTemplate(TemplateParser.parse(template), bos, eos, now);
    }

    /**
     * Reads the template of a model directory: {@code chat_template.jinja} if there is one, else {@code chat_template} of
     * {@code tokenizer_config.json}, of several the one named {@code default}. Special tokens come from the same configuration.
     *
     * @throws TemplateException if there is none, or it cannot be used
     */
    public static ChatTemplate read(Path modelDirectory, LocalDateTime now) {
        Path file = modelDirectory.resolve(CONFIG);
        try {
            JsonNode config = config(file);
            String text = source(modelDirectory, config);
            if (text.isEmpty()) {
                throw new TemplateException(
                        "'" + modelDirectory + "' has no chat template; use rows with instruction and output,"
                                + " or a model that was made for conversations");
            }
            return of(text, token(config.path("bos_token")), token(config.path("eos_token")), now);
        } catch (JsonProcessingException e) {
            throw new TemplateException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new TemplateException(
                    "cannot read the chat template of '" + modelDirectory + "': " + e.getMessage(), e);
        }
    }

    /**
     * Returns whether a model directory has a template.
     *
     * @throws TemplateException if its configuration cannot be read
     */
    public static boolean isIn(Path modelDirectory) {
        try {
            return !source(modelDirectory, config(modelDirectory.resolve(CONFIG)))
                    .isEmpty();
        } catch (IOException e) {
            throw new TemplateException(
                    "cannot read the chat template of '" + modelDirectory + "': " + e.getMessage(), e);
        }
    }

    private static JsonNode config(Path file) throws IOException {
        return Files.isRegularFile(file) ? JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
    }

    private static String source(Path modelDirectory, JsonNode config) throws IOException {
        Path own = modelDirectory.resolve("chat_template.jinja");
        return Files.isRegularFile(own) ? Files.readString(own) : text(config.path("chat_template"));
    }

    private static String text(JsonNode node) {
        if (!node.isArray()) {
            return node.asText("");
        }
        for (JsonNode named : node) {
            if (named.path("name").asText().equals("default")) {
                return named.path("template").asText("");
            }
        }
        return "";
    }

    /** A token is a string, or an object with its content. */
    private static String token(JsonNode node) {
        return node.isObject() ? node.path("content").asText("") : node.asText("");
    }

    /**
     * Renders a conversation.
     *
     * @param generationPrompt whether to end where the assistant begins to speak
     * @throws TemplateException if the template refuses the conversation, with the template's own words, or fails
     */
    public String render(List<ChatTurn> turns, boolean generationPrompt) {
        Map<String, Object> names = new HashMap<>();
        names.put("messages", turns.stream().map(ChatTemplate::turn).toList());
        names.put("add_generation_prompt", generationPrompt);
        names.put("bos_token", bos);
        names.put("eos_token", eos);
        names.put("namespace", (Callable) arguments -> new Namespace(arguments.named()));
        names.put("range", (Callable) Slices::range);
        names.put("raise_exception", (Callable) arguments -> {
            throw new Refusal(arguments.get(0, "message").map(Values::print).orElse(""));
        });
        names.put(
                "strftime_now", (Callable) arguments -> Dates.format(arguments.text(0, "format", "strftime_now"), now));
        StringBuilder out = new StringBuilder();
        try {
            root.render(Scope.root(names), out);
        } catch (Refusal refusal) {
            throw new TemplateException(String.valueOf(refusal.getMessage()), refusal);
        }
        return out.toString();
    }

    private static Object turn(ChatTurn turn) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", turn.role());
        map.put("content", turn.content());
        return map;
    }
}
