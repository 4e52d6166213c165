package io.safefedllm.lab.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One round of one arm.
 *
 * @param round from 1
 * @param safeAnswersPercent safe answers after the round, in percent
 * @param skipped whether the round left the adapter as it was
 * @param heldOut losses on held-out replies after the round; null where answers are measured instead
 * @param clients one entry for each client, by its number
 */
public record RoundResult(
        int round,
        double safeAnswersPercent,
        boolean skipped,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable HeldOutLoss heldOut,
        List<ClientResult> clients) {
    public RoundResult {
        clients = List.copyOf(clients);
    }
}
