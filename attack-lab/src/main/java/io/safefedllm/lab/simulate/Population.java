package io.safefedllm.lab.simulate;

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
 * The clients of a simulation: who is hostile, and what each holds. The same in every arm and under every attack; drawn from the seed.
 *
 * @param hostile numbers of the hostile clients
 * @param rows the rows of each client, by its number from 0
 */
record Population(Set<Integer> hostile, List<ClientRows> rows) {
    Population {
        hostile = Set.copyOf(hostile);
        rows = List.copyOf(rows);
    }

    static Population draw(SimulationSettings settings, Corpus corpus) {
        Random dice = new Random(settings.seed());
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, settings.clients()).boxed().toList());
        Collections.shuffle(order, dice);
        Set<Integer> hostile = new TreeSet<>(order.subList(0, settings.hostileClients()));
        int count = settings.training().rows();
        List<ClientRows> rows = new ArrayList<>();
        for (int client = 0; client < settings.clients(); client++) {
            long seed = dice.nextLong();
            RowMix mix = new RowMix(corpus, Pool.CLIENTS, seed);
            List<CorpusRow> own = mix.benign(count);
            rows.add(new ClientRows(own, mix.complied(count), seed));
        }
        return new Population(hostile, rows);
    }
}
