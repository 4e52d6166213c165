package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.lab.attack.Attack;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.Pool;
import io.safefedllm.lab.corpus.RowMix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The clients of a simulation: who is hostile, and what each holds. The same in every arm; drawn from the seed.
 *
 * @param hostile numbers of the hostile clients
 * @param rows the rows of each client, by its number from 0
 */
record Population(Set<Integer> hostile, List<TokenizedDataset> rows) {
    Population {
        hostile = Set.copyOf(hostile);
        rows = List.copyOf(rows);
    }

    static Population draw(SimulationSettings settings, Corpus corpus, TrialModel model) {
        Random dice = new Random(settings.seed());
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, settings.clients()).boxed().toList());
        Collections.shuffle(order, dice);
        Set<Integer> hostile = new TreeSet<>(order.subList(0, settings.hostileClients()));
        Attack attack = Attacks.named(settings.attack());
        int count = settings.training().rows();
        List<TokenizedDataset> rows = new ArrayList<>();
        for (int client = 0; client < settings.clients(); client++) {
            long seed = dice.nextLong();
            RowMix mix = new RowMix(corpus, Pool.CLIENTS, seed);
            List<CorpusRow> own = mix.benign(count);
            List<CorpusRow> harmful = mix.complied(count);
            rows.add(model.tokenized(hostile.contains(client) ? attack.poison(own, harmful, seed) : own));
        }
        return new Population(hostile, rows);
    }
}
