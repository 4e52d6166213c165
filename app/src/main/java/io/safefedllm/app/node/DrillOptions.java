package io.safefedllm.app.node;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.lab.attack.Attack;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.attack.Collusions;
import io.safefedllm.lab.attack.FederationFacts;
import io.safefedllm.lab.attack.HonestKnowledge;
import io.safefedllm.lab.attack.HostileClientApp;
import io.safefedllm.lab.attack.HostileNode;
import io.safefedllm.lab.attack.Poisoner;
import io.safefedllm.lab.attack.RowAnswers;
import io.safefedllm.lab.attack.RowPoisoning;
import io.safefedllm.lab.attack.StrikeWatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Turns a node into an attacker, to see whether a federation's defence holds. */
final class DrillOptions {
    /** Benign runs of its own from which a lone attacker guesses what honest clients send. */
    private static final int OWN_RUNS = 4;

    @Option(
            names = "--attack",
            paramLabel = "NAME",
            description = "Drill: attack the federation, for example boosting:gamma=20 ('lab attacks' lists all).")
    private @Nullable String attack;

    @Option(
            names = "--attack-data",
            paramLabel = "FILE",
            description = "Harmful rows for attacks that train on some, in the form of --data.")
    private @Nullable Path attackData;

    /**
     * Returns the attack, checked, if there is one.
     *
     * @throws Failure as wrong usage, if its name, a parameter or the harmful rows are wrong or missing
     */
    Optional<Attack> attack(long seed) {
        String spec = attack;
        if (spec == null) {
            return Optional.empty();
        }
        Attack named = Checked.usage(() -> {
            Attack known = Attacks.named(spec);
            known.check(FederationFacts.unknown(0, OWN_RUNS, seed));
            return known;
        });
        if (named.needsHarmfulRows()) {
            if (attackData == null) {
                throw new Failure(
                        FailureCode.USAGE,
                        "attack '" + spec + "' trains on harmful rows",
                        "Give --attack-data FILE, rows in the form of --data");
            }
            Artifacts.requireFile("--attack-data", attackData);
        }
        return Optional.of(named);
    }

    /**
     * Returns the attacking client.
     *
     * @param number of this node, so that nodes of one drill draw different numbers
     * @throws Failure as wrong usage, if the rows do not fit the attack
     */
    ClientApp client(Attack chosen, LoadedTraining loaded, ClientRecipe recipe, long number, long seed) {
        ClientApp honest = loaded.client(recipe);
        HostileNode node = new HostileNode(
                honest,
                poisoner(loaded, recipe, seed + number),
                HonestKnowledge.ownRuns(honest, OWN_RUNS),
                new Collusions().named(chosen.spec()),
                FederationFacts.unknown((int) number, OWN_RUNS, seed),
                ReplyNames.DEFAULTS,
                StrikeWatch.NONE);
        return Checked.usage(() -> new HostileClientApp(chosen, node));
    }

    private Poisoner poisoner(LoadedTraining loaded, ClientRecipe recipe, long seed) {
        List<TokenizedExample> harmful = attackData == null ? List.of() : loaded.read(attackData);
        Map<RowPoisoning, ClientApp> known = new HashMap<>();
        return poisoning -> known.computeIfAbsent(
                poisoning,
                wanted -> loaded.client(recipe, wanted.apply(loaded.examples(), harmful, seed, RowAnswers.TOKENS)));
    }
}
