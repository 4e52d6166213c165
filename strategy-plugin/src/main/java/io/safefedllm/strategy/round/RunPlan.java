package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.settings.SettingKeys;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.TrustPolicies;
import io.safefedllm.strategy.trust.TrustPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Everything a run needs, checked before any node is asked for anything.
 *
 * @param settings the run's settings
 * @param initial the first adapter
 * @param screening the probe's part
 * @param probe the probe that this plan opened and closes, if it did
 * @param policy how scores become weights
 * @param nanoTicker what durations are measured with
 * @param parts what the program gave
 */
record RunPlan(
        StrategySettings settings,
        PeftAdapter initial,
        Screening screening,
        Optional<ProbeScreening> probe,
        TrustPolicy policy,
        LongSupplier nanoTicker,
        ServerAppBuilder parts)
        implements AutoCloseable {

    static RunPlan prepare(ServerAppBuilder parts, ServerContext context) throws IOException {
        StrategySettings settings =
                StrategySettings.parse(StrategySettings.fuse(parts.defaults(), context.runConfig()));
        PeftAdapter initial = initial(settings, parts);
        Optional<ProbeScreening> probe = probe(settings, initial, parts);
        return new RunPlan(
                settings,
                initial,
                probe.map(ProbeScreening::screening)
                        .or(parts::screening)
                        .filter(any -> settings.level() != Level.NONE)
                        .orElse(Screening.none()),
                probe,
                parts.policy().orElseGet(() -> TrustPolicies.of(settings.level(), settings.trust())),
                parts.nanoTicker().orElseGet(() -> nanos(context.clock())),
                parts);
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

    private static LongSupplier nanos(InstantSource clock) {
        return () -> {
            Instant now = clock.instant();
            return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        };
    }

    /** Returns what the first line of the journal says. */
    Map<String, Object> journalHead(long runId) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("version", parts.version());
        head.put("runId", Long.toUnsignedString(runId));
        head.put("level", settings.level().key());
        head.put("rule", settings.rule().name());
        probe.ifPresent(open -> head.put("probe", open.journalEntry()));
        head.put("settings", settings.effective());
        head.put("initialAdapterSha256", initial.adapter().sha256());
        return head;
    }

    @Override
    public void close() {
        probe.ifPresent(ProbeScreening::close);
    }
}
