package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;

/** What one level makes of one participation. Keeps nothing itself. */
interface LevelRule {

    /**
     * A level's word.
     *
     * @param state the client's state with the level's own part brought up to date
     * @param weight in [0, 1], before trust, quarantine and floor
     */
    record Outcome(ClientState state, double weight) {}

    /** The authors' weight, with the level's own memory (SF-4). */
    Outcome paper(ClientState state, Participation participation);

    /** The weight of this round for the trust memory; what makes a round harmful is decided elsewhere (SF-7.3d). */
    Outcome hardened(ClientState state, Participation participation);

    /** Whether the client must show a shadow run in a round (SF-4.10, SF-7.10). */
    default ShadowNeed shadowNeed(ServerRound round, long nodeId, ClientState state, AuditKey key) {
        return ShadowNeed.NONE;
    }
}
