package io.safefedllm.strategy.exchange;

/** What came of reading a reply (SF-7.1, codes 1 to 4). */
public sealed interface DecodeResult {

    /**
     * The reply has the form of the adapter that was sent.
     *
     * @param claim its content, unchecked
     */
    record Claimed(ClaimedUpdate claim) implements DecodeResult {}

    /**
     * The reply is of no use.
     *
     * @param code what is wrong
     * @param detail one line for the log; names of the peer in it are quoted and cut
     */
    record Malformed(ReplyCode code, String detail) implements DecodeResult {}
}
