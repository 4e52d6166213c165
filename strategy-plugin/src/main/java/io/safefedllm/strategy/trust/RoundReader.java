package io.safefedllm.strategy.trust;

import java.util.List;

/** Reads the testimonies of a round: one participation for each, in the same order. */
@FunctionalInterface
interface RoundReader {
    List<Participation> read(List<Testimony> round);
}
