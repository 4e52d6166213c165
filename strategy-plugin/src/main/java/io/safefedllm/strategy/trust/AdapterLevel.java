package io.safefedllm.strategy.trust;

/** A reply counts in full unless its logit lies above the cut of the round (SF-14.6). No memory of its own. */
final class AdapterLevel implements LevelRule {
    @Override
    public Outcome paper(ClientState state, Participation participation) {
        return hardened(state, participation);
    }

    @Override
    public Outcome hardened(ClientState state, Participation participation) {
        return new Outcome(state, participation.last().harmful() ? 0.0 : 1.0);
    }
}
