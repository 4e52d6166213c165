package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.gate.UpdateSketch;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a client sent in a round.
 *
 * @param claimedExamples what it claimed, where that could be read
 * @param cappedExamples what counts (SF-7.2); 0 for a client that was refused
 * @param norm length of the submitted update, where it was admitted by itself; may be non-finite in a run that does not
 *     screen
 * @param updateSha256 digest of the submitted update (SF-7.6), where the reply got past code 6
 * @param sketch image of the submitted update, where the round compares them
 */
public record Submission(
        OptionalLong claimedExamples,
        long cappedExamples,
        OptionalDouble norm,
        Optional<String> updateSha256,
        Optional<UpdateSketch> sketch) {
    /** Nothing that counts. */
    public static final Submission NOTHING =
            new Submission(OptionalLong.empty(), 0, OptionalDouble.empty(), Optional.empty(), Optional.empty());
}
