package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Optional;
import java.util.OptionalLong;

/** The gate's word on one node's replies of a round. */
public sealed interface Admission {

    /** Returns the node, unsigned. */
    long nodeId();

    /** Returns the code of SF-7.1. */
    ReplyCode code();

    /**
     * The replies may be scored.
     *
     * @param nodeId unsigned
     * @param update the submitted adapter minus this round's
     * @param shadow the shadow adapter minus the first one, where a shadow task was sent
     * @param claimedExamples what the client claimed
     * @param cappedExamples what counts, at most the cap (SF-7.2); 0 where nothing usable was claimed in a run that does
     *     not screen
     */
    record Admitted(
            long nodeId,
            LoraUpdate update,
            Optional<LoraUpdate> shadow,
            OptionalLong claimedExamples,
            long cappedExamples)
            implements Admission {
        @Override
        public ReplyCode code() {
            return ReplyCode.OK;
        }
    }

    /**
     * The replies may not be scored, or there are none.
     *
     * @param nodeId unsigned
     * @param code why; never {@link ReplyCode#OK}
     * @param detail one line for the log
     * @param claimedExamples what the client claimed, where it could be read
     */
    record Refused(long nodeId, ReplyCode code, String detail, OptionalLong claimedExamples) implements Admission {
        /**
         * Checks the code.
         *
         * @throws IllegalArgumentException if the code is OK
         */
        public Refused {
            if (code == ReplyCode.OK) {
                throw new IllegalArgumentException("a refusal needs a code other than OK");
            }
        }
    }
}
