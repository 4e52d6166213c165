package io.safefedllm.strategy.round;

import io.safefedllm.strategy.settings.SettingKeys;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.AdapterLevelSettings;
import io.safefedllm.strategy.trust.AuditKey;
import io.safefedllm.strategy.trust.AuditKind;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What tells a run from others: the settings that decide, and the secret of its audits. */
final class RunKey {
    /** Settings with which a run may go on in another way: they do not change what a round decides. */
    private static final Set<String> FREE = Set.of(
            "num-server-rounds",
            "strategy.min-available-nodes",
            "safe-fedllm.rounds",
            "safe-fedllm.round.timeout-seconds",
            SettingKeys.PROBE_PATH,
            SettingKeys.PROBE_STRICT,
            SettingKeys.INITIAL_ADAPTER,
            SettingKeys.RESUME_FROM);

    private RunKey() {}

    static LedgerFile.Origin origin(
            StrategySettings settings,
            String probeSha256,
            AdapterLevelSettings adapterLevel,
            @Nullable String canaries,
            String initialAdapterSha256) {
        Map<String, String> deciding = new TreeMap<>();
        settings.effective().forEach((key, value) -> {
            if (!FREE.contains(key)) {
                deciding.put(key, String.valueOf(value));
            }
        });
        return new LedgerFile.Origin(
                deciding,
                probeSha256,
                JournalHead.orNull(adapterLevel.sigma0()),
                JournalHead.orNull(adapterLevel.q0()),
                canaries,
                initialAdapterSha256);
    }

    /**
     * Checks that a run that draws audits has a secret to draw them with.
     *
     * @throws SettingsException if not
     */
    static void requireSecret(StrategySettings settings, ServerAppBuilder parts) {
        if (draws(settings) && parts.auditSecret().isEmpty()) {
            throw new SettingsException(
                    "level 'evidence' draws audits with a secret, which this program was not given; set "
                            + SettingKeys.EVIDENCE_AUDIT + " to counter");
        }
    }

    private static boolean draws(StrategySettings settings) {
        return settings.level() == Level.EVIDENCE && settings.trust().evidence().audit() == AuditKind.RANDOM;
    }

    /** Returns a new secret; one of zeros where there is none, and in the authors' mode where nothing is audited with it. */
    static AuditKey fresh(StrategySettings settings, ServerAppBuilder parts) {
        Supplier<byte[]> zeros = () -> new byte[AuditKey.LENGTH];
        boolean used = draws(settings) || settings.mode() == Mode.HARDENED;
        return AuditKey.of((used ? parts.auditSecret().orElse(zeros) : zeros).get());
    }
}
