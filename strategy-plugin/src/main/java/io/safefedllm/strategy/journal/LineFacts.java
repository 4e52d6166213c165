package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a line of a client cannot say in a run of its settings, whatever the client sent. */
final class LineFacts {
    private final StrategySettings settings;
    private final boolean byLevel;

    /**
     * Makes the rules of a run.
     *
     * @param byLevel whether the level decided who has to show a shadow run, and not a policy that the program brought
     */
    LineFacts(StrategySettings settings, boolean byLevel) {
        this.settings = settings;
        this.byLevel = byLevel;
    }

    /** Returns what is wrong with a line in itself. */
    List<Finding> of(ClientLine client) {
        List<Finding> findings = new ArrayList<>();
        boolean admitted = client.code() == ReplyCode.OK;
        if (admitted != client.detail().isEmpty()) {
            findings.add(new Finding(client.seq(), "detail", "must be given exactly with a code other than OK"));
        }
        if (byLevel && !mayHaveAskedForShadow(client)) {
            findings.add(new Finding(
                    client.seq(),
                    "shadowAsked",
                    "cannot be " + client.claim().shadowAsked() + " at level '"
                            + settings.level().key() + "'"));
        }
        if (!isSourceOf(client)) {
            findings.add(new Finding(
                    client.seq(),
                    "source",
                    "cannot be " + client.claim().source().orElse("none") + " for this reply"));
        }
        return findings;
    }

    private boolean mayHaveAskedForShadow(ClientLine client) {
        boolean asked = client.claim().shadowAsked();
        return switch (settings.level()) {
            case NONE, STEP, CLIENT -> !asked;
            case SHADOW -> asked == settings.evidence().dispatch();
            case EVIDENCE, ADAPTER -> true;
        };
    }

    private boolean isSourceOf(ClientLine client) {
        Optional<String> source = client.claim().source();
        boolean counted = client.code() == ReplyCode.OK
                || client.code() == ReplyCode.OVERSIZED
                || client.code() == ReplyCode.OUTGROWN
                || client.code() == ReplyCode.REPLAYED;
        if (!counted || settings.level() == Level.NONE) {
            return source.isEmpty();
        }
        EvidenceSource own = client.claim().shadowAsked() ? EvidenceSource.DISPATCH : EvidenceSource.REPLY;
        Set<String> possible = settings.evidence().source().readsReports()
                ? Set.of(own.key(), EvidenceSource.REPORT.key())
                : Set.of(own.key());
        return source.filter(possible::contains).isPresent()
                && (!source.get().equals(own.key()) || client.claim().totalSteps() == 1);
    }
}
