package io.safefedllm.strategy.gate;

import java.util.Collections;
import java.util.List;

/** Replies of one round with equal bytes share one weight (SF-7.6), so that copies of an update gain nothing. */
public final class Duplicates {
    private Duplicates() {}

    /**
     * Returns for every digest how many of the list are equal to it, itself included: a weight is divided by that number.
     *
     * @param sha256 digests of the updates of one round in the canonical form of SF-7.6
     */
    public static List<Integer> shares(List<String> sha256) {
        return sha256.stream()
                .map(digest -> Collections.frequency(sha256, digest))
                .toList();
    }
}
