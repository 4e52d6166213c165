package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.NormReference;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.journal.ClientLine.Judged;
import io.safefedllm.strategy.journal.ClientLine.ScoredView;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.TrustLedger;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.TrustSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What a run decided by, read from the first line of its journal. */
final class ReplayRules {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Rules that take any number of rows as it is. */
    private static final Set<String> NEVER_DEGRADED = Set.of("mean", "median", "geometric-median");

    private final JsonNode run;
    private final StrategySettings settings;
    private final Optional<TrustPolicy> policy;

    private ReplayRules(JsonNode run, StrategySettings settings, Optional<TrustPolicy> policy) {
        this.run = run;
        this.settings = settings;
        this.policy = policy;
    }

    /**
     * Reads the rules of a run.
     *
     * @throws io.safefedllm.strategy.settings.SettingsException if a setting cannot be read
     * @throws IllegalArgumentException if the settings and the numbers of the probe do not go together
     */
    static ReplayRules of(RunHistory history) {
        JsonNode run = history.run();
        StrategySettings settings = StrategySettings.parse(plain(run.path("settings")));
        boolean own = run.path("policy").asText().equals("own");
        return new ReplayRules(run, settings, own ? Optional.empty() : Optional.of(policy(history, settings)));
    }

    private static TrustPolicy policy(RunHistory history, StrategySettings settings) {
        JsonNode run = history.run();
        TrustSettings trust = settings.trust();
        if (run.path("sigma0").isNumber() && run.path("q0").isNumber()) {
            trust = trust.withAdapter(trust.adapter()
                    .calibrated(run.get("sigma0").doubleValue(), run.get("q0").doubleValue()));
        }
        Map<Integer, Double> canary = new HashMap<>();
        history.rounds().forEach(round -> round.canaryThreshold().ifPresent(cut -> canary.put(round.round(), cut)));
        return TrustPolicies.of(
                settings.level(), trust, round -> canary.getOrDefault(round.number(), Double.POSITIVE_INFINITY));
    }

    private static Map<String, Object> plain(JsonNode settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> setting : settings.properties()) {
            values.put(setting.getKey(), plainValue(setting.getValue()));
        }
        return values;
    }

    private static Object plainValue(JsonNode value) {
        if (value.isArray()) {
            return texts(value);
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return value.isBoolean() ? (Object) value.booleanValue() : value.asText();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }

    /** Returns what the first line says beside its settings and does not follow from them. */
    List<Finding> contradictions() {
        List<Finding> findings = new ArrayList<>();
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("mode", settings.mode().key());
        wanted.put("level", settings.level().key());
        wanted.put("rule", settings.rule().name());
        wanted.put("policy", policy.isPresent() ? "level" : "own");
        wanted.forEach((field, value) -> {
            if (!run.path(field).asText().equals(value)) {
                findings.add(Finding.differs(1, field, run.path(field).asText(), value));
            }
        });
        return findings;
    }

    /** Returns what a line of a client cannot say in this run. */
    LineFacts facts() {
        return new LineFacts(settings, policy.isPresent());
    }

    /** Returns whether the rule may fail to keep its promise for want of rows; one that promises nothing cannot. */
    boolean mayDegrade() {
        return !NEVER_DEGRADED.contains(settings.rule().name());
    }

    /** Returns how scores became weights; nothing where the program brought a policy of its own. */
    Optional<TrustPolicy> policy() {
        return policy;
    }

    /**
     * Returns the ledger that the run began with: an empty one, or that of the run that it goes on with. Audits were drawn
     * with a key that no journal holds.
     */
    TrustLedger ledger() {
        AuditKey unknown = AuditKey.of(new byte[AuditKey.LENGTH]);
        List<TrustLedger.Client> clients = new ArrayList<>();
        for (JsonNode client : run.path("ledger").path("clients")) {
            clients.add(JSON.convertValue(client, TrustLedger.Client.class));
        }
        return TrustLedger.restore(new TrustLedger.Snapshot(unknown.toHex(), clients));
    }

    /** Returns the gate that the run began with, in the same way. */
    RoundGate gate() {
        RoundGate gate = new RoundGate(settings.firewall().round());
        JsonNode rho = run.path("rhoBefore");
        Map<Long, List<String>> replays = new HashMap<>();
        for (Map.Entry<String, JsonNode> node : run.path("replays").properties()) {
            replays.put(Long.parseUnsignedLong(node.getKey()), texts(node.getValue()));
        }
        OptionalDouble before = rho.isNumber() ? OptionalDouble.of(rho.doubleValue()) : OptionalDouble.empty();
        gate.restore(new RoundGate.Snapshot(new NormReference(before), replays, List.of()));
        return gate;
    }

    /** Returns the digest of the adapter that the run began with; nothing where it goes on with another run. */
    Optional<String> initialAdapterSha256() {
        return run.has("resumed")
                ? Optional.empty()
                : Optional.of(run.path("initialAdapterSha256").asText());
    }

    /** Returns the threshold of a view, where the first line states one. */
    OptionalDouble threshold(ScoredView view) {
        JsonNode threshold = run.path("probe").path("thresholds").path(view.view());
        return threshold.isNumber() ? OptionalDouble.of(threshold.doubleValue()) : OptionalDouble.empty();
    }

    /** Returns what counts of a claim: never less than 0, and in a run that screens no more than the cap (SF-7.2). */
    long capped(long claimed) {
        GateSettings reply = settings.firewall().reply();
        long examples = Math.max(0, claimed);
        return reply.screening() ? Math.min(examples, reply.maxNumExamples().orElse(Long.MAX_VALUE)) : examples;
    }

    /** Returns the weights of a round together (SF-6.1, SF-7.8). */
    MeanWeight mean(List<ClientLine> clients) {
        return skipRule().mean(standings(clients));
    }

    /** Returns why the round had to be skipped before anything was combined, the first reason that applies. */
    Optional<SkipReason> skip(List<ClientLine> clients) {
        return skipRule().decide(standings(clients));
    }

    private SkipRule skipRule() {
        return new SkipRule(settings.course().skip(), settings.course().minReplies(), settings.level() != Level.NONE);
    }

    private static List<SkipRule.Standing> standings(List<ClientLine> clients) {
        return clients.stream().map(ReplayRules::standing).toList();
    }

    private static SkipRule.Standing standing(ClientLine client) {
        boolean admitted = client.code() == ReplyCode.OK;
        return new SkipRule.Standing(
                client.isPresent(),
                admitted,
                client.verdict().map(Judged::quarantined).orElse(false),
                client.share().weight(),
                admitted ? client.claim().capped() : 0);
    }

    /** Returns whether a reason is one that only combining can give. */
    static boolean comesFromCombining(SkipReason reason) {
        return switch (reason) {
            case ALL_SIMILAR, NOTHING_KEPT, TOO_MANY_ATTACKERS, NON_FINITE_AGGREGATE -> true;
            case NO_CLIENTS, TOO_FEW_REPLIES, LOW_TRUST, NO_EFFECTIVE_SAMPLES -> false;
        };
    }
}
