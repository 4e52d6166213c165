package io.safefedllm.strategy.journal;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.ServerAppBuilder;
import io.safefedllm.strategy.trust.AuditKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Plays runs that hold everything a journal has to tell: all kinds of replies, quarantines, duplicates, skips. */
final class JournalRuns {
    static final long ROUNDS = 12;

    /** The client that is harmful for three rounds and honest afterwards. */
    static final long FLAGGED = 5;

    /** All clients are harmful in these two rounds, which are therefore skipped. */
    private static final long DARK_ROUND = 9;

    private static final AdapterLayout LAYOUT = twoLayers().layout();

    private JournalRuns() {}

    /** What a client does in a round: the step that it takes from the adapter it was sent. */
    @FunctionalInterface
    private interface Role {
        LoraAdapter reply(LoraAdapter received, long round, boolean shadow);
    }

    /** Plays a run of the level in the mode, and leaves its files in {@code directory}. */
    static RunOutcome play(Path directory, String level, String mode, Map<String, Object> more) {
        return play(directory, level, mode, more, roles(mode.equals("hardened")));
    }

    /** Plays a run in which client 7 answers no shadow task. */
    static RunOutcome playWithoutAShadow(Path directory, String level, String mode, Map<String, Object> more) {
        Map<Long, Role> roles = roles(mode.equals("hardened"));
        roles.put(7L, (received, round, shadow) -> {
            if (shadow) {
                throw new IllegalStateException("this client trains no shadow");
            }
            return step(received, 700 + round, 1);
        });
        return play(directory, level, mode, more, roles);
    }

    /** Plays a hardened run of eight honest clients whose updates are ten thousand times shorter in the first round. */
    static RunOutcome playShortFirstRound(Path directory, String level, Map<String, Object> more) {
        Map<Long, Role> roles = new LinkedHashMap<>();
        for (long node = 2; node <= 9; node++) {
            long seed = 100 * node;
            roles.put(node, (received, round, shadow) -> step(received, seed + round, round == 1 ? 1e-4f : 1));
        }
        return play(directory, level, "hardened", more, roles);
    }

    private static RunOutcome play(
            Path directory, String level, String mode, Map<String, Object> more, Map<Long, Role> roles) {
        Map<String, Object> settings = new LinkedHashMap<>(Map.of(
                "safe-fedllm.level", level,
                "safe-fedllm.mode", mode,
                "num-server-rounds", ROUNDS,
                "strategy.min-available-nodes", 8L));
        settings.putAll(more);
        EmbeddedFederation.Builder federation = EmbeddedFederation.builder().runConfig(settings);
        roles.forEach((node, role) -> federation.node(node, Map.of(), client(node, role)));
        return federation.run(app(directory).build());
    }

    static ServerAppBuilder app(Path directory) {
        return SafeFedLlmServerApp.builder()
                .runDirectory(directory)
                .initialAdapter(Adapters.peft(twoLayers()))
                .probe(probes())
                .auditSecret(() -> new byte[AuditKey.LENGTH])
                .pause(length -> {});
    }

    private static Map<Long, Role> roles(boolean hardened) {
        Map<Long, Role> roles = new LinkedHashMap<>();
        for (long node = 2; node <= 4; node++) {
            long seed = node;
            roles.put(node, (received, round, shadow) -> step(received, seed * 100 + round, isDark(round) ? -1 : 1));
        }
        roles.put(
                FLAGGED,
                (received, round, shadow) -> step(received, 500 + round, isDark(round) || isFlagged(round) ? -1 : 1));
        roles.put(6L, (received, round, shadow) -> step(received, 200 + round, isDark(round) ? -1 : 1));
        roles.put(7L, (received, round, shadow) -> step(received, 700 + round, shadow ? 1 : length(round, hardened)));
        roles.put(8L, (received, round, shadow) -> broken(received, round, hardened));
        roles.put(9L, (received, round, shadow) -> step(received, 900, -1));
        return roles;
    }

    private static boolean isDark(long round) {
        return round == DARK_ROUND || round == DARK_ROUND + 1;
    }

    private static boolean isFlagged(long round) {
        return round >= 2 && round <= 4;
    }

    private static float length(long round, boolean hardened) {
        if (isDark(round)) {
            return -1;
        }
        return round == 3 && hardened ? 1000 : round % 2 == 0 ? 3 : 1;
    }

    private static LoraAdapter broken(LoraAdapter received, long round, boolean hardened) {
        if (round == 4) {
            throw new IllegalStateException("this client cannot train today");
        }
        if (round == ROUNDS && !hardened) {
            return step(received, 800, Float.POSITIVE_INFINITY);
        }
        return round == 2 && hardened
                ? step(received, 800, Float.NaN)
                : step(received, 800 + round, isDark(round) ? -1 : 1);
    }

    private static ClientApp client(long node, Role role) {
        return (message, context) -> {
            ConfigRecord config =
                    message.content().configRecords().values().iterator().next();
            boolean shadow = config.flag("safe-fedllm.shadow").orElse(false);
            long serverRound = config.integer("server-round").orElseThrow();
            long round = config.integer("safe-fedllm.round").orElse(serverRound);
            long examples = node == 8 ? 1_000_000_000L : 10 * node;
            return Replies.honest(role.reply(received(message), round, shadow), examples);
        };
    }

    /** Adds values in [0.05, 0.15) times {@code factor} to every element. */
    private static LoraAdapter step(LoraAdapter received, long seed, float factor) {
        Random noise = new Random(seed);
        float[] values = received.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += factor * (0.05f + 0.1f * noise.nextFloat());
        }
        return LoraAdapter.copyOf(received.layout(), values);
    }

    private static LoraAdapter received(Message message) {
        ClaimedUpdate claim = Optional.of(new ReplyReader(LAYOUT).read(message.content()))
                .filter(DecodeResult.Claimed.class::isInstance)
                .map(DecodeResult.Claimed.class::cast)
                .orElseThrow()
                .claim();
        return LoraAdapter.wrap(LAYOUT, claim.toArray());
    }

    private static LoraAdapter twoLayers() {
        List<TensorSpec> specs = new ArrayList<>();
        for (TensorSpec spec : Adapters.LAYOUT.tensors()) {
            specs.add(spec);
            specs.add(new TensorSpec(spec.name().replace("layers.0", "layers.1"), spec.shape()));
        }
        AdapterLayout layout = AdapterLayout.of(specs);
        float[] values = new float[layout.size()];
        Arrays.fill(values, 0.01f);
        return LoraAdapter.wrap(layout, values);
    }

    /** Probes of three views to which positive updates are benign and negative ones harmful. */
    private static ProbeSet probes() {
        List<ProbeView> views = new ArrayList<>();
        List<ViewCard> cards = new ArrayList<>();
        for (ViewSelector selector : List.of(ViewSelector.FIRST_B, ViewSelector.REST_B, ViewSelector.ALL_B)) {
            FeatureKeys keys = FeatureKeys.of(selector, LAYOUT);
            float[] weights = new float[keys.dimension()];
            Arrays.fill(weights, -2f);
            LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, weights, 0f);
            views.add(new ProbeView(selector.key(), selector, probe, ProbeView.PAPER_THRESHOLD));
            cards.add(new ViewCard(
                    selector.key(),
                    1,
                    0.1,
                    HeldOutRates.of(1, 0, 1, 1),
                    new Calibration("max-source", 0.01, List.of(), 0.5, 0.0)));
        }
        return ProbeSet.of(LAYOUT, views, new ProbeCard("1", 1, "tiny", List.of(), List.of(), cards));
    }
}
