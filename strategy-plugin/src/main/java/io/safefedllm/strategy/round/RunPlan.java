package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.evidence.Canary;
import io.safefedllm.strategy.evidence.CanaryGauge;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.settings.SettingKeys;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AdapterLevelSettings;
import io.safefedllm.strategy.trust.AdapterRule;
import io.safefedllm.strategy.trust.CanaryThreshold;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import io.safefedllm.strategy.trust.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Everything a run needs, checked before any node is asked for anything.
 *
 * @param settings the run's settings
 * @param initial the first adapter
 * @param engineParts probe, policy, rule, optimiser
 * @param probe the probe that this plan opened and closes, if it did
 * @param probeWarnings in what the run differs from the probe's recipe (SF-13.5)
 * @param nanoTicker what durations are measured with
 * @param parts what the program gave
 */
record RunPlan(
        StrategySettings settings,
        PeftAdapter initial,
        EngineParts engineParts,
        Optional<ProbeScreening> probe,
        List<String> probeWarnings,
        LongSupplier nanoTicker,
        ServerAppBuilder parts)
        implements AutoCloseable {

    static RunPlan prepare(ServerAppBuilder parts, ServerContext context) throws IOException {
        StrategySettings settings =
                StrategySettings.parse(StrategySettings.fuse(parts.defaults(), context.runConfig()));
        RunKey.requireSecret(settings, parts);
        PeftAdapter initial = initial(settings, parts);
        Optional<ProbeScreening> probe = probe(settings, initial, parts);
        try {
            boolean trusting = settings.trust().evidencePolicy() == EvidencePolicy.TRUST;
            Screening screening = probe.map(open -> open.screening(trusting))
                    .or(parts::screening)
                    .filter(any -> settings.level() != Level.NONE)
                    .orElse(Screening.none());
            return new RunPlan(
                    settings,
                    initial,
                    engineParts(settings, screening, probe, parts, context),
                    probe,
                    probe.map(open -> warnings(open, settings, initial)).orElse(List.of()),
                    parts.nanoTicker().orElseGet(() -> nanos(context.clock())),
                    parts);
        } catch (RuntimeException e) {
            probe.ifPresent(ProbeScreening::close);
            throw e;
        }
    }

    private static PeftAdapter initial(StrategySettings settings, ServerAppBuilder parts) throws IOException {
        Optional<Path> path = settings.adapter().path();
        PeftAdapter adapter = path.isPresent()
                ? PeftDirectory.read(path.get())
                : parts.initialAdapter().initial(settings);
        if (!adapter.adapter().isFinite()) {
            throw new SettingsException("the first adapter holds a NaN or an infinity; give another one");
        }
        int rank = settings.adapter().rank().orElse(adapter.config().r());
        if (rank != adapter.config().r()) {
            throw new SettingsException("the first adapter has rank "
                    + adapter.config().r() + " but " + SettingKeys.LORA_R + " was " + rank + "; make them equal");
        }
        double alpha = settings.adapter().alpha().orElse(adapter.config().alpha());
        if (alpha != adapter.config().alpha()) {
            throw new SettingsException("the first adapter has alpha "
                    + adapter.config().alpha() + " but " + SettingKeys.LORA_ALPHA + " was " + alpha
                    + "; make them equal");
        }
        return adapter;
    }

    /** Opens the probe that the settings or else the program name, where the level needs one and has no ready scorer. */
    private static Optional<ProbeScreening> probe(
            StrategySettings settings, PeftAdapter initial, ServerAppBuilder parts) throws IOException {
        if (settings.level() == Level.NONE || parts.screening().isPresent()) {
            return Optional.empty();
        }
        Optional<Path> path = settings.probe().path();
        Optional<ProbeSet> probes = path.isPresent() ? Optional.of(ProbeFile.read(path.get())) : parts.probe();
        return Optional.of(ProbeScreening.open(
                probes.orElseThrow(() -> new SettingsException(
                        "level '" + settings.level().key() + "' needs a probe; set " + SettingKeys.PROBE_PATH)),
                settings.probe(),
                initial.adapter().layout(),
                parts.device()));
    }

    private static List<String> warnings(ProbeScreening probe, StrategySettings settings, PeftAdapter initial) {
        List<String> warnings = ProbeRecipe.differences(probe.card(), settings, initial.adapter());
        if (settings.probe().strict() && !warnings.isEmpty()) {
            throw new SettingsException("the probe is not for this run: " + String.join("; ", warnings)
                    + "; train one for it or set " + SettingKeys.PROBE_STRICT + " to off");
        }
        return warnings;
    }

    private static EngineParts engineParts(
            StrategySettings settings,
            Screening screening,
            Optional<ProbeScreening> probe,
            ServerAppBuilder parts,
            ServerContext context) {
        Optional<CanaryStation> canary = canary(settings, screening, probe, parts.canary(settings, context));
        Optional<TrustPolicy> own = parts.policy();
        TrustPolicy policy = own.isPresent() ? own.get() : policy(settings, probe, canary);
        EngineParts plain = EngineParts.of(settings, screening, policy);
        return new EngineParts(screening, policy, plain.rule(), plain.optimizer(), canary);
    }

    private static Optional<CanaryStation> canary(
            StrategySettings settings, Screening screening, Optional<ProbeScreening> probe, Optional<Canary> given) {
        if (settings.level() != Level.ADAPTER || settings.trust().adapter().rule() != AdapterRule.CANARY) {
            return Optional.empty();
        }
        Canary trainer = given.orElseThrow(() -> new SettingsException(SettingKeys.ADAPTER_RULE
                + " 'canary' needs a model and texts of the server's own, which this program was not given;"
                + " give serve --canary-benign and --canary-harmful, or choose another rule"));
        double alpha = probe.flatMap(open -> open.calibration(ViewSelector.ALL_B.key()))
                .map(Calibration::alpha)
                .orElse(settings.probe().alpha());
        CanaryGauge gauge = new CanaryGauge(trainer, screening.scorer(), ViewSelector.ALL_B.key(), alpha);
        return Optional.of(new CanaryStation(gauge, trainer.identity()));
    }

    private static TrustPolicy policy(
            StrategySettings settings, Optional<ProbeScreening> probe, Optional<CanaryStation> canary) {
        CanaryThreshold threshold = canary.map(CanaryThreshold.class::cast).orElse(round -> Double.POSITIVE_INFINITY);
        try {
            return TrustPolicies.of(settings.level(), trust(settings, probe), threshold);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }

    /** The trust settings with the numbers of the probe's card, which only the adapter level needs (SF-14.1). */
    private static TrustSettings trust(StrategySettings settings, Optional<ProbeScreening> probe) {
        TrustSettings trust = settings.trust();
        if (settings.level() != Level.ADAPTER) {
            return trust;
        }
        return probe.flatMap(open -> open.calibration(ViewSelector.ALL_B.key()))
                .map(card -> trust.withAdapter(trust.adapter().calibrated(card.sigma0(), card.q0())))
                .orElse(trust);
    }

    /** Returns the adapter level's settings as the policy has them. */
    AdapterLevelSettings adapterLevel() {
        return trust(settings, probe).adapter();
    }

    private static LongSupplier nanos(InstantSource clock) {
        return () -> {
            Instant now = clock.instant();
            return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        };
    }

    /** Returns which canaries the server trains, if it does. */
    Optional<String> canaries() {
        return engineParts.canary().map(CanaryStation::identity);
    }

    /** Returns what makes this run the same as another. */
    LedgerFile.Origin origin() {
        return RunKey.origin(
                settings,
                probe.map(ProbeScreening::sha256).orElse(""),
                adapterLevel(),
                canaries().orElse(null),
                initial.adapter().sha256());
    }

    @Override
    public void close() {
        probe.ifPresent(ProbeScreening::close);
    }
}
