package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.TokenizedExample;
import java.util.List;

/**
 * Replies that nobody trains on.
 *
 * @param wanted wanted replies
 * @param unwanted unwanted replies
 * @param paired whether those at the same index reply to the same question
 */
record HeldOutReplies(List<TokenizedExample> wanted, List<TokenizedExample> unwanted, boolean paired) {
    HeldOutReplies {
        wanted = List.copyOf(wanted);
        unwanted = List.copyOf(unwanted);
    }
}
