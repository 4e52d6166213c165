package io.safefedllm.strategy.round;

import io.safefedllm.strategy.journal.JournalMark;
import io.safefedllm.strategy.trust.AdapterLevelSettings;
import io.safefedllm.strategy.trust.TrustLedger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What the first line of a journal says: all that is needed to recompute the weights of the lines after it. */
final class JournalHead {
    private JournalHead() {}

    /**
     * Returns the fields.
     *
     * @param from the run that this one goes on with, if there is one
     */
    static Map<String, Object> of(RunPlan plan, long runId, Optional<Checkpoint> from) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("version", plan.parts().version());
        head.put("runId", Long.toUnsignedString(runId));
        head.put("mode", plan.settings().mode().key());
        head.put("level", plan.settings().level().key());
        head.put("rule", plan.settings().rule().name());
        head.put("policy", plan.parts().policy().isPresent() ? "own" : "level");
        plan.probe().ifPresent(open -> head.put("probe", open.journalEntry()));
        if (!plan.probeWarnings().isEmpty()) {
            head.put("probeWarnings", plan.probeWarnings());
        }
        AdapterLevelSettings adapter = plan.adapterLevel();
        put(head, "sigma0", orNull(adapter.sigma0()));
        put(head, "q0", orNull(adapter.q0()));
        plan.canaries().ifPresent(canaries -> head.put("canaries", canaries));
        head.put("settings", plan.settings().effective());
        head.put("initialAdapterSha256", plan.initial().adapter().sha256());
        from.ifPresent(checkpoint -> putResumed(head, checkpoint));
        return head;
    }

    /** What was carried over from the other run; the secret of the audits stays where it is. */
    private static void putResumed(Map<String, Object> head, Checkpoint from) {
        JournalMark journal = from.journal();
        head.put("resumed", Map.of("round", from.round(), "journalHead", journal.head()));
        TrustLedger.Snapshot trust = from.memory().trust();
        head.put("ledger", Map.of("clients", trust.clients()));
        put(head, "rhoBefore", orNull(from.memory().firewall().reference().previous()));
        Map<String, Object> replays = new LinkedHashMap<>();
        from.memory()
                .firewall()
                .replays()
                .forEach((node, digests) -> replays.put(Long.toUnsignedString(node), digests));
        head.put("replays", replays);
    }

    /** Puts a value that may be null: JSON has null, a map of this package has not. */
    @SuppressWarnings("NullAway")
    private static void put(Map<String, Object> head, String key, @Nullable Object value) {
        head.put(key, value);
    }

    static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
    }
}
