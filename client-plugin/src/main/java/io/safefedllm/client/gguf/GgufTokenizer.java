package io.safefedllm.client.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.client.checkpoint.CheckpointException;
import java.util.List;
import java.util.OptionalInt;

/** Turns the tokenizer of a GGUF file, a byte-level BPE, into tokenizer.json and tokenizer_config.json (LORA-TRAINER 7). */
final class GgufTokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "tokenizer.ggml.";
    private static final long CONTROL = 3;
    private static final long USER_DEFINED = 4;
    private static final long UNUSED = 5;

    private final GgufMetadata metadata;
    private final Splitter splitter;
    private final List<String> tokens;
    private final List<Long> types;

    /**
     * Reads the tokenizer.
     *
     * @throws CheckpointException if there is none or it is of a kind that is not supported
     */
    GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        String model = metadata.string(PREFIX + "model")
                .orElseThrow(
                        () -> new CheckpointException("'" + PREFIX + "model' is missing: the file has no tokenizer"));
        if (!model.equals("gpt2")) {
            throw new CheckpointException(
                    PREFIX + "model '" + model + "' is not supported; known: gpt2, which is byte-level BPE");
        }
        this.splitter = Splitter.of(metadata.string(PREFIX + "pre").orElse("default"));
        this.tokens = metadata.requireStrings(PREFIX + "tokens");
        this.types = metadata.requireIntegers(PREFIX + "token_type");
        if (types.size() != tokens.size()) {
            throw new CheckpointException(
                    "the tokenizer has " + tokens.size() + " tokens but " + types.size() + " token types");
        }
    }

    /** How many tokens there are. */
    int size() {
        return tokens.size();
    }

    /** Returns tokenizer.json. */
    ObjectNode tokenizerJson() {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        root.set("added_tokens", addedTokens());
        if (splitter.isComposing()) {
            root.putObject("normalizer").put("type", "NFC");
        } else {
            root.putNull("normalizer");
        }
        root.putObject("pre_tokenizer").put("type", "Sequence").set("pretokenizers", splitter.steps());
        putPostProcessor(root);
        root.set("decoder", Splitter.byteLevel(true, true, true));
        root.set("model", model());
        return root;
    }

    private ArrayNode addedTokens() {
        ArrayNode added = JSON.createArrayNode();
        for (int id = 0; id < tokens.size(); id++) {
            if (isAdded(id)) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", types.get(id) == CONTROL);
            }
        }
        return added;
    }

    private boolean isAdded(int id) {
        return types.get(id) == CONTROL || types.get(id) == USER_DEFINED;
    }

    /** What stands around every text. Digits' splitters leave offsets alone, the others say so. */
    private void putPostProcessor(ObjectNode root) {
        ArrayNode template = template("A", 0);
        if (template.size() == 1) {
            root.set(
                    "post_processor",
                    splitter == Splitter.SMOLLM
                            ? JsonNodeFactory.instance.nullNode()
                            : Splitter.byteLevel(false, false, false));
            return;
        }
        ObjectNode processor = JSON.createObjectNode().put("type", "TemplateProcessing");
        processor.set("single", template);
        processor.set("pair", template.deepCopy().addAll(template("B", 1)));
        ObjectNode special = processor.putObject("special_tokens");
        for (String name : List.of("bos", "eos")) {
            if (isPut(name)) {
                ObjectNode token = special.putObject(tokens.get(requireToken(name)));
                token.put("id", tokens.get(requireToken(name)));
                token.putArray("ids").add(requireToken(name));
                token.putArray("tokens").add(tokens.get(requireToken(name)));
            }
        }
        ObjectNode sequence = root.putObject("post_processor").put("type", "Sequence");
        sequence.putArray("processors")
                .add(Splitter.byteLevel(true, false, true))
                .add(processor);
    }

    private ArrayNode template(String text, int type) {
        ArrayNode template = JSON.createArrayNode();
        if (isPut("bos")) {
            special(template, "bos", type);
        }
        template.addObject().putObject("Sequence").put("id", text).put("type_id", type);
        if (isPut("eos")) {
            special(template, "eos", type);
        }
        return template;
    }

    private void special(ArrayNode template, String name, int type) {
        template.addObject()
                .putObject("SpecialToken")
                .put("id", tokens.get(requireToken(name)))
                .put("type_id", type);
    }

    private boolean isPut(String name) {
        boolean usual =
                name.equals("bos") && splitter.addsBeginning() && token("bos").isPresent();
        return metadata.flag(PREFIX + "add_" + name + "_token").orElse(usual);
    }

    private ObjectNode model() {
        ObjectNode model = JSON.createObjectNode().put("type", "BPE");
        for (String name : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.putNull(name);
        }
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", splitter.takesWholePieces());
        ObjectNode vocabulary = model.putObject("vocab");
        int end = vocabularyEnd();
        for (int id = 0; id < end; id++) {
            if (vocabulary.replace(tokens.get(id), JsonNodeFactory.instance.numberNode(id)) != null) {
                throw new CheckpointException("the token '" + tokens.get(id) + "' is there twice");
            }
        }
        ArrayNode merges = model.putArray("merges");
        metadata.requireStrings(PREFIX + "merges").forEach(merge -> addMerge(merges, merge));
        return model;
    }

    private static void addMerge(ArrayNode merges, String merge) {
        int blank = merge.indexOf(' ', 1);
        if (blank < 0 || blank != merge.lastIndexOf(' ') || blank == merge.length() - 1) {
            throw new CheckpointException("'" + merge + "' is not a merge of two tokens");
        }
        merges.addArray().add(merge.substring(0, blank)).add(merge.substring(blank + 1));
    }

    /**
     * Where the added tokens at the end of the list begin. They get their ids by counting on from the vocabulary, and what comes after
     * them has no use. Added tokens elsewhere must stay in the vocabulary to keep their ids.
     */
    private int vocabularyEnd() {
        int end = tokens.size();
        while (end > 0 && types.get(end - 1) == UNUSED) {
            end--;
        }
        while (end > 0 && isAdded(end - 1)) {
            end--;
        }
        return end;
    }

    /** Returns tokenizer_config.json. Its class is the one that takes tokenizer.json as it is. */
    ObjectNode configJson(int maxPositions) {
        ObjectNode root = JSON.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        root.put("add_bos_token", isPut("bos"));
        putToken(root, "bos_token", "bos");
        putToken(root, "eos_token", "eos");
        putToken(root, "pad_token", "padding");
        metadata.string("tokenizer.chat_template").ifPresent(template -> root.put("chat_template", template));
        root.put("clean_up_tokenization_spaces", false);
        root.put("model_max_length", maxPositions);
        return root;
    }

    private void putToken(ObjectNode root, String field, String name) {
        token(name).ifPresentOrElse(id -> root.put(field, tokens.get(id)), () -> root.putNull(field));
    }

    private int requireToken(String name) {
        return token(name).orElseThrow(() -> new CheckpointException("'" + PREFIX + name + "_token_id' is missing"));
    }

    private OptionalInt token(String name) {
        OptionalInt id = metadata.integer(PREFIX + name + "_token_id");
        if (id.isPresent() && !(id.getAsInt() >= 0 && id.getAsInt() < tokens.size())) {
            throw new CheckpointException(
                    "'" + PREFIX + name + "_token_id' is " + id.getAsInt() + ", which is no token");
        }
        return id;
    }
}
