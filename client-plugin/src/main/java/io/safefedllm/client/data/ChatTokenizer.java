package io.safefedllm.client.data;

import io.safefedllm.client.template.ChatTemplate;
import io.safefedllm.client.template.ChatTurn;
import io.safefedllm.client.template.TemplateException;
import java.util.ArrayList;
import java.util.List;

/**
 * Renders conversations with a checkpoint's chat template, tokenises them without adding special tokens, which the template writes
 * itself, and masks all but the assistant's answers (LORA-TRAINER 5).
 *
 * <p>An answer begins where the conversation before it, with the generation prompt, ends. A token is trained when its span lies within
 * an answer and is not empty. Thread-safe.
 */
public final class ChatTokenizer {
    private final TextTokenizer tokenizer;
    private final ChatTemplate template;
    private final Trained trained;

    /** Which answers are trained. */
    public enum Trained {
        /** The last one alone. */
        LAST_ANSWER,
        /** Every one. */
        ALL_ANSWERS
    }

    /** Uses a tokenizer, which stays the caller's. */
    public ChatTokenizer(TextTokenizer tokenizer, ChatTemplate template, Trained trained) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.trained = trained;
    }

    /**
     * Tokenises a conversation in full length.
     *
     * @throws DataException if the template refuses the conversation, or renders the beginning of it differently from the whole, so
     *     that nobody can say where an answer begins
     */
    public TokenizedExample encode(Conversation conversation) {
        String whole = render(conversation.turns(), false);
        List<int[]> answers = answers(conversation.turns(), whole);
        TokenizedText text = tokenizer.encode(whole, false);
        int[] labels = new int[text.length()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = isIn(answers, text.start(i), text.end(i)) ? text.id(i) : TokenizedExample.IGNORED;
        }
        return TokenizedExample.copyOf(text.ids(), labels);
    }

    private List<int[]> answers(List<ChatTurn> turns, String whole) {
        List<int[]> answers = new ArrayList<>();
        int last = turns.size() - 1;
        for (int i = trained == Trained.ALL_ANSWERS ? 0 : last; i <= last; i++) {
            if (turns.get(i).role().equals(Conversation.ASSISTANT)) {
                String before = beginning(turns.subList(0, i), true, whole);
                String after = i == last ? whole : beginning(turns.subList(0, i + 1), false, whole);
                answers.add(new int[] {codePoints(before), codePoints(after)});
            }
        }
        return answers;
    }

    private String beginning(List<ChatTurn> turns, boolean generationPrompt, String whole) {
        String part = render(turns, generationPrompt);
        if (!whole.startsWith(part)) {
            throw new DataException("the chat template renders the first " + turns.size()
                    + " turns differently alone than in the whole conversation, so the answer cannot be told from the prompt; use"
                    + " rows with instruction and output");
        }
        return part;
    }

    private String render(List<ChatTurn> turns, boolean generationPrompt) {
        try {
            return template.render(turns, generationPrompt);
        } catch (TemplateException e) {
            throw new DataException(
                    "the chat template refuses a conversation of " + turns.size() + " turns: " + e.getMessage(), e);
        }
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }

    private static boolean isIn(List<int[]> spans, int start, int end) {
        return end > start && spans.stream().anyMatch(span -> start >= span[0] && end <= span[1]);
    }
}
