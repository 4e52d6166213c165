package io.safefedllm.client.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.client.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a byte-level tokenizer cuts a text before it merges ({@code tokenizer.ggml.pre}), as parts of a tokenizer.json. */
enum Splitter {
    /** Every digit alone, then the pattern of GPT-2, which the byte level itself has. */
    SMOLLM("smollm", "", false, false, false),
    /** Single digits; composes characters first. */
    QWEN2("qwen2", "\\p{N}", true, false, false),
    /** Digits in threes; a piece that is a token needs no merges; every text begins with the first token. */
    LLAMA3("llama-bpe", "\\p{N}{1,3}", false, true, true);

    private static final String PATTERN = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|%s"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final String key;
    private final String digits;
    private final boolean composing;
    private final boolean wholePieces;
    private final boolean beginning;

    Splitter(String key, String digits, boolean composing, boolean wholePieces, boolean beginning) {
        this.key = key;
        this.digits = digits;
        this.composing = composing;
        this.wholePieces = wholePieces;
        this.beginning = beginning;
    }

    /**
     * Finds the splitter that a file names.
     *
     * @throws CheckpointException if it is not known
     */
    static Splitter of(String key) {
        return Arrays.stream(values())
                .filter(splitter -> splitter.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new CheckpointException("tokenizer.ggml.pre '" + key + "' is not supported; known: "
                        + Arrays.stream(values()).map(splitter -> splitter.key).collect(Collectors.joining(", "))));
    }

    /** Whether canonical composition (NFC) comes first. */
    boolean isComposing() {
        return composing;
    }

    /** Whether a piece that is a token as a whole is taken without merging. */
    boolean takesWholePieces() {
        return wholePieces;
    }

    /** Whether a text begins with the first token unless the file says otherwise. */
    boolean addsBeginning() {
        return beginning;
    }

    /** The steps of {@code pre_tokenizer}. */
    ArrayNode steps() {
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        if (digits.isEmpty()) {
            steps.addObject().put("type", "Digits").put("individual_digits", true);
            steps.add(byteLevel(false, true, true));
            return steps;
        }
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", PATTERN.formatted(digits));
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel(false, false, false));
        return steps;
    }

    /** The step that turns text into byte symbols, offsets back, or symbols into text. */
    static ObjectNode byteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", addPrefixSpace)
                .put("trim_offsets", trimOffsets)
                .put("use_regex", useRegex);
    }
}
