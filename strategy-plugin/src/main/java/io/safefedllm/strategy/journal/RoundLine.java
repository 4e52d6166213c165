package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.journal.JournalReader.Line;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a journal says of a finished round.
 *
 * @param seq number of the line
 * @param round from 1
 * @param mean the mean weight and who counts in it
 * @param skipped why the adapter stayed as it was; nothing if it is new
 * @param rho the round's reference length, where there was one
 * @param medianNorm the lower median of the lengths, where there was one
 * @param degraded whether the rule could not keep its promise with so few rows
 * @param canaryThreshold where the server's own updates put the cut, in a run that has some
 * @param adapterSha256 digest of the adapter after the round
 * @param clients ascending unsigned node id
 */
public record RoundLine(
        long seq,
        int round,
        MeanWeight mean,
        Optional<SkipReason> skipped,
        OptionalDouble rho,
        OptionalDouble medianNorm,
        boolean degraded,
        OptionalDouble canaryThreshold,
        String adapterSha256,
        List<ClientLine> clients) {

    /** Reads a line and the client lines before it. */
    static RoundLine of(Line line, List<ClientLine> clients) throws JournalException {
        LineFields fields = LineFields.of(line);
        return new RoundLine(
                line.seq(),
                fields.count("round"),
                new MeanWeight(fields.number("meanWeight"), fields.count("counted"), fields.number("effectiveSamples")),
                reason(fields),
                fields.optionalNumber("rho"),
                fields.optionalNumber("medianNorm"),
                fields.flag("degraded"),
                fields.has("canaryThreshold") ? fields.optionalNumber("canaryThreshold") : OptionalDouble.empty(),
                fields.text("adapterSha256"),
                List.copyOf(clients));
    }

    /** Returns the mean weight of the clients that count, 0 if none does. */
    public double meanWeight() {
        return mean.value();
    }

    private static Optional<SkipReason> reason(LineFields fields) throws JournalException {
        Optional<String> name = fields.optionalText("reason");
        if (name.isPresent() != fields.flag("skipped")) {
            throw fields.wrong("reason", "given exactly when the round was skipped");
        }
        try {
            return name.map(SkipReason::valueOf);
        } catch (IllegalArgumentException e) {
            throw fields.wrong("reason", "a reason to skip");
        }
    }
}
