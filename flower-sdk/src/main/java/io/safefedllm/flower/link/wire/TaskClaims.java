package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import java.util.Optional;

/** How an executor comes by a task; where the generations since 1.30 differ. Implementations are thread-safe. */
@FunctionalInterface
public interface TaskClaims {

    /** As {@link io.safefedllm.flower.link.RunLink#tryClaim}. */
    Optional<RunClaim> claim(RunFilter filter);
}
