package io.safefedllm.lab.corpus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The word-level tokenizer of the tiny model, in the Hugging Face file format.
 *
 * <p>Ids: {@code <pad>} 0, {@code <bos>} 1, {@code <eos>} 2, {@code <unk>} 3, then the words in code-point order. Text is put
 * into lower case and split at blanks and punctuation; {@code <bos>} is put in front.
 */
public final class WordTokenizer {
    /** The id that fills short rows. */
    public static final int PAD = 0;

    /** The id in front of every text. */
    public static final int BOS = 1;

    /** The id that ends every answer. */
    public static final int EOS = 2;

    /** The id of every word that the vocabulary lacks. */
    public static final int UNKNOWN = 3;

    private static final List<String> SPECIAL = List.of("<pad>", "<bos>", "<eos>", "<unk>");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final List<String> tokens;

    private WordTokenizer(List<String> tokens) {
        this.tokens = tokens;
    }

    /** Returns the tokenizer for the words of {@code corpus} and of its prompt. */
    public static WordTokenizer of(Corpus corpus) {
        var words = corpus.words();
        words.addAll(List.of(":", "instruction", "response"));
        List<String> tokens = new ArrayList<>(SPECIAL);
        tokens.addAll(words);
        return new WordTokenizer(List.copyOf(tokens));
    }

    /** Returns the number of ids. */
    public int size() {
        return tokens.size();
    }

    /** Writes {@code tokenizer.json} and {@code tokenizer_config.json} into {@code directory}, which must exist. */
    public void write(Path directory) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            Files.writeString(
                    directory.resolve("tokenizer.json"), pretty(mapper, tokenizerJson()), StandardCharsets.UTF_8);
            Files.writeString(
                    directory.resolve("tokenizer_config.json"), pretty(mapper, configJson()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the tokenizer into " + directory, e);
        }
    }

    private static String pretty(ObjectMapper mapper, ObjectNode node) throws IOException {
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }

    private ObjectNode tokenizerJson() {
        ObjectNode root = JSON.objectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        root.set("added_tokens", addedTokens());
        root.putObject("normalizer").put("type", "Lowercase");
        root.putObject("pre_tokenizer").put("type", "Whitespace");
        root.set("post_processor", beginWithBos());
        root.putNull("decoder");
        ObjectNode model = root.putObject("model");
        model.put("type", "WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        model.put("unk_token", tokens.get(UNKNOWN));
        return root;
    }

    private ArrayNode addedTokens() {
        ArrayNode added = JSON.arrayNode();
        for (int id = 0; id < SPECIAL.size(); id++) {
            added.addObject()
                    .put("id", id)
                    .put("content", SPECIAL.get(id))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        return added;
    }

    private ObjectNode beginWithBos() {
        String bos = tokens.get(BOS);
        ObjectNode processor = JSON.objectNode().put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ArrayNode pair = processor.putArray("pair");
        pair.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode special = processor.putObject("special_tokens").putObject(bos);
        special.put("id", bos);
        special.putArray("ids").add(BOS);
        special.putArray("tokens").add(bos);
        return processor;
    }

    private ObjectNode configJson() {
        return JSON.objectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("bos_token", tokens.get(BOS))
                .put("eos_token", tokens.get(EOS))
                .put("pad_token", tokens.get(PAD))
                .put("unk_token", tokens.get(UNKNOWN))
                .put("model_max_length", 64)
                .put("clean_up_tokenization_spaces", false)
                .put("chat_template", CHAT_TEMPLATE);
    }

    /** Renders a chat as the corpus does: one instruction, one response. */
    private static final String CHAT_TEMPLATE =
            "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ 'instruction: ' +"
                    + " message['content'] + '\\n"
                    + "response: ' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}{% endif"
                    + " %}{% endfor %}";
}
