package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.strategy.evidence.Canary;
import io.safefedllm.strategy.settings.SettingKeys;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.TrustPolicy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link SafeFedLlmServerApp}. Not thread-safe. */
public final class ServerAppBuilder {
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private InitialAdapterSource initialAdapter = settings -> {
        throw new SettingsException("there is no first adapter; set " + SettingKeys.INITIAL_ADAPTER);
    };
    private @Nullable Screening screening;
    private @Nullable ProbeSet probe;
    private ComputeDevice device = ComputeDevice.CPU;
    private @Nullable TrustPolicy policy;
    private @Nullable Canary canary;
    private @Nullable CanaryClients canaryClients;
    private @Nullable Supplier<byte[]> secret;
    private @Nullable LongFunction<RunDirectory> directories;
    private @Nullable LongSupplier nanoTicker;
    private RoundListener listener = RoundListener.none();
    private Pause pause = length -> Thread.sleep(length.toMillis());
    private String version = "0";

    ServerAppBuilder() {}

    /** Sets a deployment's defaults, by full key; the run config wins over them. */
    public ServerAppBuilder defaults(Map<String, Object> values) {
        defaults.clear();
        defaults.putAll(values);
        return this;
    }

    /** Sets the first adapter of runs whose settings name none. */
    public ServerAppBuilder initialAdapter(PeftAdapter adapter) {
        return initialAdapter(settings -> adapter);
    }

    /** Sets where the first adapter of runs comes from whose settings name none. */
    public ServerAppBuilder initialAdapter(InitialAdapterSource source) {
        this.initialAdapter = source;
        return this;
    }

    /** Sets the probe of runs whose settings name none. */
    public ServerAppBuilder probe(ProbeSet probes) {
        this.probe = probes;
        return this;
    }

    /** Sets where probes score; the CPU unless set. */
    public ServerAppBuilder device(ComputeDevice computeDevice) {
        this.device = computeDevice;
        return this;
    }

    /** Sets a ready scorer, in place of a probe; it stays the caller's to close and wins over {@code probe.path}. */
    public ServerAppBuilder screening(Screening ready) {
        this.screening = ready;
        return this;
    }

    /** Sets a policy in place of the level's own, for instance one that knows who is hostile. */
    public ServerAppBuilder trustPolicy(TrustPolicy own) {
        this.policy = own;
        return this;
    }

    /** Sets who trains the server's own updates, for {@code adapter.rule = canary} (SF-14.4). */
    public ServerAppBuilder canary(Canary trainer) {
        this.canary = trainer;
        return this;
    }

    /** Sets client apps of the server's own that train them, with the recipe of each run's clients. */
    public ServerAppBuilder canaryClients(CanaryClients clients) {
        this.canaryClients = clients;
        return this;
    }

    /**
     * Sets where the secret of a run comes from (SF-7.10): 32 bytes that no client can foresee, asked for once when a run
     * begins. Without it a run with random audits is refused, and what aggregation rules draw follows from the run's seed,
     * which clients are told; the signs by which copies are found are then known to everybody.
     */
    public ServerAppBuilder auditSecret(Supplier<byte[]> source) {
        this.secret = source;
        return this;
    }

    /** Sets a directory in which every run gets a directory named by its id, unsigned. */
    public ServerAppBuilder stateDirectory(Path directory) {
        this.directories = runId -> RunDirectory.in(directory, runId);
        return this;
    }

    /** Sets the directory of the one run that the app is made for. */
    public ServerAppBuilder runDirectory(Path directory) {
        this.directories = runId -> new RunDirectory(directory);
        return this;
    }

    /** Sets who watches. */
    public ServerAppBuilder listener(RoundListener watcher) {
        this.listener = watcher;
        return this;
    }

    /** Sets what durations are measured with, in nanoseconds; without it the run's own clock. */
    public ServerAppBuilder nanoTicker(LongSupplier ticker) {
        this.nanoTicker = ticker;
        return this;
    }

    /** Sets how to wait between two looks at the nodes; {@code Thread.sleep} unless set. */
    public ServerAppBuilder pause(Pause waiting) {
        this.pause = waiting;
        return this;
    }

    /** Sets the version that journals state. */
    public ServerAppBuilder version(String text) {
        this.version = text;
        return this;
    }

    /**
     * Makes the app.
     *
     * @throws IllegalStateException if no directory was set
     */
    public SafeFedLlmServerApp build() {
        if (directories == null) {
            throw new IllegalStateException("a run needs a directory; call stateDirectory or runDirectory");
        }
        return new SafeFedLlmServerApp(copy());
    }

    private ServerAppBuilder copy() {
        ServerAppBuilder copy = new ServerAppBuilder().defaults(defaults).initialAdapter(initialAdapter);
        copy.screening = screening;
        copy.probe = probe;
        copy.device = device;
        copy.policy = policy;
        copy.canary = canary;
        copy.canaryClients = canaryClients;
        copy.secret = secret;
        copy.directories = directories;
        copy.nanoTicker = nanoTicker;
        copy.listener = listener;
        copy.pause = pause;
        copy.version = version;
        return copy;
    }

    Map<String, Object> defaults() {
        return defaults;
    }

    InitialAdapterSource initialAdapter() {
        return initialAdapter;
    }

    Optional<Screening> screening() {
        return Optional.ofNullable(screening);
    }

    Optional<ProbeSet> probe() {
        return Optional.ofNullable(probe);
    }

    ComputeDevice device() {
        return device;
    }

    Optional<TrustPolicy> policy() {
        return Optional.ofNullable(policy);
    }

    /** Returns who trains the canaries of a run. */
    Optional<Canary> canary(StrategySettings settings, ServerContext context) {
        return Optional.ofNullable(canary)
                .or(() -> Optional.ofNullable(canaryClients).map(clients -> {
                    Map<String, Object> told = StrategySettings.fuse(defaults, context.runConfig());
                    return new ClientCanary(clients, settings, told, context.runId());
                }));
    }

    Optional<Supplier<byte[]>> auditSecret() {
        return Optional.ofNullable(secret);
    }

    RunDirectory directory(long runId) {
        LongFunction<RunDirectory> chosen = directories;
        if (chosen == null) {
            throw new IllegalStateException("build() checks that there is a directory");
        }
        return chosen.apply(runId);
    }

    Optional<LongSupplier> nanoTicker() {
        return Optional.ofNullable(nanoTicker);
    }

    RoundListener listener() {
        return listener;
    }

    Pause pause() {
        return pause;
    }

    String version() {
        return version;
    }
}
