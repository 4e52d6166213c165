package io.safefedllm.lab.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One client in one round.
 *
 * @param client its number, from 0
 * @param hostile whether it attacks
 * @param weight its security weight, in [0, 1]
 * @param reason the code of the decision: {@code OK} or why the reply was refused
 * @param loss mean loss of its local steps; null if it did not train
 */
public record ClientResult(
        int client,
        boolean hostile,
        double weight,
        String reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double loss) {}
