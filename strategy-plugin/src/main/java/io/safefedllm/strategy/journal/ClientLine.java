package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Likeness;
import io.safefedllm.strategy.journal.JournalReader.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a journal says of one client in one round.
 *
 * @param seq number of the line
 * @param round from 1
 * @param nodeId unsigned
 * @param code the gate's code
 * @param detail one line on a refusal, empty otherwise
 * @param claim what the client claimed and showed
 * @param verdict what the level and the memory made of it; nothing for an absent client
 * @param share what the client got of the aggregate
 * @param updateSha256 digest of the submitted update, where there is one
 */
public record ClientLine(
        long seq,
        int round,
        long nodeId,
        ReplyCode code,
        String detail,
        Claim claim,
        Optional<Judged> verdict,
        Share share,
        Optional<String> updateSha256) {

    /**
     * What a client claimed and showed.
     *
     * @param numExamples samples that it says it trained on, where that could be read
     * @param capped samples that count; 0 for a refused reply
     * @param source who made the records that were scored; nothing where none were
     * @param shadowAsked whether a shadow run was demanded of it
     * @param totalSteps records that a complete run has; 1 where nothing was scored
     * @param views what was scored
     */
    public record Claim(
            OptionalLong numExamples,
            long capped,
            Optional<String> source,
            boolean shadowAsked,
            int totalSteps,
            List<ScoredView> views) {}

    /**
     * One score.
     *
     * @param run the training run
     * @param step from 1
     * @param view name of the view
     * @param z logit
     * @param p probability
     * @param threshold of {@code p}
     */
    public record ScoredView(TaskKind run, int step, String view, double z, double p, double threshold) {
        /** Returns whether the score reaches the threshold (SF-2.2). */
        public boolean harmful() {
            return p >= threshold;
        }
    }

    /**
     * A verdict as it was written down.
     *
     * @param harmful whether the round counts as harmful for the client (SF-7.3c)
     * @param harmfulShare share of harmful steps
     * @param omega the level's weight
     * @param trust the memory after the round
     * @param quarantined whether the client was in quarantine at the start of the round
     * @param quarantineLevel how often it went there, less what was forgiven
     * @param quarantineLeft clean participations that it must still sit out
     * @param reasons short words
     */
    public record Judged(
            boolean harmful,
            double harmfulShare,
            double omega,
            double trust,
            boolean quarantined,
            int quarantineLevel,
            int quarantineLeft,
            List<String> reasons) {}

    /**
     * A client's part of the aggregate.
     *
     * @param weight final weight
     * @param norm length of the submitted update, where there is one; may be NaN or infinite in a run that does not screen
     * @param clip factor that the update was scaled by
     * @param duplicates how many replies of the round were equal to this one, itself included
     * @param likeness whose work the update looks like
     */
    public record Share(double weight, OptionalDouble norm, double clip, int duplicates, Likeness likeness) {}

    /** Reads a line. */
    static ClientLine of(Line line) throws JournalException {
        LineFields fields = LineFields.of(line);
        ReplyCode code = code(fields);
        return new ClientLine(
                line.seq(),
                fields.count("round"),
                fields.nodeId("node"),
                code,
                fields.has("detail") ? fields.text("detail") : "",
                claim(fields),
                fields.optionalFlag("harmful").isPresent() ? Optional.of(judged(fields)) : Optional.empty(),
                share(fields),
                fields.optionalText("updateSha256"));
    }

    /** Returns whether the client replied, be it with an update that the round did not count. */
    public boolean isPresent() {
        return code != ReplyCode.NO_REPLY;
    }

    private static Share share(LineFields fields) throws JournalException {
        Likeness likeness = new Likeness(
                fields.has("twin") ? Optional.of(Long.toUnsignedString(fields.nodeId("twin"))) : Optional.empty(),
                fields.has("stepDistance") ? fields.optionalNumber("stepDistance") : OptionalDouble.empty());
        return new Share(
                fields.number("weight"),
                fields.optionalExtendedNumber("norm"),
                fields.number("clip"),
                fields.count("duplicates"),
                likeness);
    }

    private static ReplyCode code(LineFields fields) throws JournalException {
        try {
            return ReplyCode.valueOf(fields.text("code"));
        } catch (IllegalArgumentException e) {
            throw fields.wrong("code", "a reply code");
        }
    }

    private static Claim claim(LineFields fields) throws JournalException {
        List<ScoredView> views = new ArrayList<>();
        for (LineFields view : fields.list("views")) {
            views.add(new ScoredView(
                    run(view),
                    view.count("step"),
                    view.text("name"),
                    view.number("z"),
                    view.number("p"),
                    view.number("threshold")));
        }
        for (ScoredView view : views) {
            if (!(view.p() >= 0.0 && view.p() <= 1.0)) {
                throw fields.wrong("views", "scores with p in [0, 1]");
            }
        }
        return new Claim(
                fields.optionalWhole("numExamples"),
                fields.whole("capped"),
                fields.optionalText("source"),
                fields.flag("shadowAsked"),
                fields.optionalWhole("totalSteps").isPresent() ? fields.count("totalSteps") : 1,
                List.copyOf(views));
    }

    private static TaskKind run(LineFields view) throws JournalException {
        String key = view.text("run");
        for (TaskKind kind : TaskKind.values()) {
            if (kind.key().equals(key)) {
                return kind;
            }
        }
        throw view.wrong("run", "a training run");
    }

    private static Judged judged(LineFields fields) throws JournalException {
        return new Judged(
                fields.flag("harmful"),
                fields.number("harmfulShare"),
                fields.number("omega"),
                fields.number("trust"),
                fields.flag("quarantined"),
                fields.count("quarantineLevel"),
                fields.count("quarantineLeft"),
                fields.texts("reasons"));
    }
}
