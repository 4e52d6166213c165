package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Optional;
import java.util.OptionalLong;

/** The gate's word on one node's replies of a round (SF-7.1). */
public sealed interface Admission {

    /** Returns the node, unsigned. */
    long nodeId();

    /** Returns the code of SF-7.1. */
    ReplyCode code();

    /** Returns the digest of the submitted update (SF-7.6), where the reply got past code 6. */
    Optional<String> updateSha256();

    /**
     * The replies may be scored.
     *
     * @param nodeId unsigned
     * @param update the submitted adapter minus this round's
     * @param judged the submitted adapter minus the base of the scores; the same as {@code update} unless {@code
     *     delta-base} says otherwise (SF-1.5)
     * @param shadow the shadow adapter minus the base of its scores, where a shadow task was sent and answered
     * @param claimedExamples what the client claimed
     * @param cappedExamples what counts, at most the cap (SF-7.2); 0 where nothing usable was claimed in a run that does
     *     not refuse such replies
     */
    record Admitted(
            long nodeId,
            LoraUpdate update,
            LoraUpdate judged,
            Optional<LoraUpdate> shadow,
            OptionalLong claimedExamples,
            long cappedExamples)
            implements Admission {
        @Override
        public ReplyCode code() {
            return ReplyCode.OK;
        }

        @Override
        public Optional<String> updateSha256() {
            return Optional.of(update.sha256());
        }
    }

    /**
     * The replies may not be scored, or there are none.
     *
     * @param nodeId unsigned
     * @param code why; never {@link ReplyCode#OK}
     * @param detail one line for the log
     * @param claimedExamples what the client claimed, where it could be read
     * @param updateSha256 digest of the submitted update, where the reply got past code 6: it is remembered all the same
     */
    record Refused(
            long nodeId, ReplyCode code, String detail, OptionalLong claimedExamples, Optional<String> updateSha256)
            implements Admission {
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
