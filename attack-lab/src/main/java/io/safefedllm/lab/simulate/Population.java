package io.safefedllm.lab.simulate;

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

    static Population draw(SimulationSettings settings, TrialTask task) {
        Random dice = new Random(settings.seed());
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, settings.clients()).boxed().toList());
        Collections.shuffle(order, dice);
        Set<Integer> hostile = new TreeSet<>(order.subList(0, settings.hostileClients()));
        List<ClientRows> rows = new ArrayList<>();
        for (int client = 0; client < settings.clients(); client++) {
            rows.add(task.rows(client, settings, dice.nextLong()));
        }
        return new Population(hostile, rows);
    }
}
