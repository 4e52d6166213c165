package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.formula.AdapterParts;
import io.safefedllm.lab.formula.CollusionFormulas;
import io.safefedllm.lab.formula.OwnFormulas;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Attacks that carry what harmful data has trained, past a defence or with more weight than is due (AT-10, AT-11, AT-15, AT-16, AT-18,
 * AT-20). Shadow tasks are answered in the same way, as far as that means something.
 */
final class CarriedAttacks {
    private CarriedAttacks() {}

    static Attack boosting(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        double gamma = settings.positive("gamma");
        boolean matched = settings.word("norm", "free", "matched").equals("matched");
        return ScriptedAttack.harmful(settings, turn -> {
            RecordDict reply = turn.poisoned(poisoning);
            if (turn.shadow()) {
                return reply;
            }
            double[] own = HostileTurn.widened(turn.updateOf(reply).toArray());
            double[] boosted =
                    matched ? OwnFormulas.boostToNorm(own, gamma, turn.honest()) : OwnFormulas.boost(own, gamma);
            return turn.rewritten(reply, turn.update(boosted));
        });
    }

    static Attack replacement(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        OptionalDouble share = settings.shareOrAuto("share");
        ScriptedAttack attack = ScriptedAttack.harmful(settings, turn -> {
            RecordDict reply = turn.poisoned(poisoning);
            if (turn.shadow()) {
                return reply;
            }
            double[] global = HostileTurn.widened(turn.global().toArray());
            double[] target =
                    HostileTurn.widened(turn.global().plus(turn.updateOf(reply)).toArray());
            double[] adapter = OwnFormulas.replacement(target, global, share(share, turn.facts()));
            return turn.rewritten(reply, turn.update(OwnFormulas.freeRiderDelta(adapter, global)));
        });
        return attack.knowing(facts -> share(share, facts));
    }

    private static double share(OptionalDouble share, FederationFacts facts) {
        return share.isPresent()
                ? share.getAsDouble()
                : (double) facts.requireHostile("model-replacement", "share")
                        / facts.requireClients("model-replacement", "share");
    }

    static Attack twoFace(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        double gamma = settings.positive("gamma");
        return ScriptedAttack.harmful(settings, turn -> {
            RecordDict reply = turn.poisoned(poisoning);
            LoraUpdate benign = turn.updateOf(turn.benign());
            return turn.rewritten(reply, AdapterParts.twoFace(benign, turn.updateOf(reply), gamma));
        });
    }

    static Attack zeroFeature(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        return ScriptedAttack.harmful(settings, turn -> {
            RecordDict reply = turn.poisoned(poisoning);
            return turn.rewritten(reply, AdapterParts.withoutFirst(turn.updateOf(reply)));
        });
    }

    static Attack duplicates(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        double epsilon = settings.notNegative("jitter");
        return ScriptedAttack.harmful(settings, turn -> {
            RecordDict first = turn.ring().once("copy " + turn.key(), RecordDict.class, () -> turn.poisoned(poisoning));
            if (epsilon == 0) {
                return first;
            }
            double[] own = HostileTurn.widened(turn.updateOf(first).toArray());
            return turn.rewritten(first, turn.update(OwnFormulas.jittered(own, epsilon, unit(turn.ownNormals()))));
        });
    }

    private static double[] unit(double[] normals) {
        double norm =
                Math.sqrt(Arrays.stream(normals).map(value -> value * value).sum());
        return Arrays.stream(normals).map(value -> value / norm).toArray();
    }

    static Attack replay(Settings settings) {
        RowPoisoning poisoning = DataAttacks.poisoning(settings);
        int lag = settings.integer("lag", 1, HostileMemory.KEPT_ROUNDS);
        return ScriptedAttack.harmful(settings, turn -> {
            Optional<LoraUpdate> sent = turn.sentIn(turn.round() - lag);
            return turn.shadow() || sent.isEmpty() ? turn.poisoned(poisoning) : turn.untrained(sent.get());
        });
    }

    static Attack sampleCount(Settings settings) {
        String claim = settings.text("claim");
        requireClaim(claim);
        if (settings.word("with", "harmful-data", "sign-flip").equals("harmful-data")) {
            RowPoisoning poisoning = DataAttacks.poisoning(settings);
            return ScriptedAttack.harmful(settings, turn -> turn.claiming(turn.poisoned(poisoning), claim));
        }
        settings.refuse("ratio", "with is sign-flip, which trains on no harmful rows");
        return ScriptedAttack.plain(settings, turn -> {
            RecordDict reply = turn.benign();
            if (turn.shadow()) {
                return reply;
            }
            double[] flipped = turn.ring()
                    .once("flip " + turn.key(), double[].class, () -> CollusionFormulas.signFlip(turn.honest()));
            return turn.claiming(turn.rewritten(reply, turn.update(flipped)), claim);
        });
    }

    private static void requireClaim(String claim) {
        try {
            Replies.requireExamples(claim);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "claim of attack 'sample-count' must be a number of 64 bits, NaN or absent but was '" + claim + "'",
                    e);
        }
    }
}
