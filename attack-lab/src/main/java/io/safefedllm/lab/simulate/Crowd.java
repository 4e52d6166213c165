package io.safefedllm.lab.simulate;

import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.lab.attack.Attack;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.attack.Collusion;
import io.safefedllm.lab.attack.Collusions;
import io.safefedllm.lab.attack.FederationFacts;
import io.safefedllm.lab.attack.HonestKnowledge;
import io.safefedllm.lab.attack.HostileClientApp;
import io.safefedllm.lab.attack.HostileNode;
import io.safefedllm.lab.attack.RowPoisoning;
import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.round.CanaryClients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The client apps of one arm, honest and hostile. Fresh for each arm, since attackers remember. */
final class Crowd {
    /** Of each kind, where the arm reads its threshold off canaries. */
    private static final int CANARIES = 10;

    private final Workbench bench;
    private final SimulationSettings settings;
    private final Population population;
    private final ArmWatch watch;

    Crowd(Workbench bench, SimulationSettings settings, Population population, ArmWatch watch) {
        this.bench = bench;
        this.settings = settings;
        this.population = population;
        this.watch = watch;
    }

    /** Returns the app of each client, by its number. */
    Map<Integer, ClientApp> apps() {
        Map<Integer, ClientApp> apps = new TreeMap<>();
        SortedMap<Integer, ClientApp> watched = new TreeMap<>();
        for (int client = 0; client < settings.clients(); client++) {
            MemoTrainer trainer = trainer(client);
            apps.put(client, new SimulatedClient(trainer, settings.training(), watch.client(client)));
            if (!population.hostile().contains(client)) {
                SimulatedClient.TrainingWatch nobody = SimulatedClient.TrainingWatch.NONE;
                watched.put(client, new SimulatedClient(trainer, settings.training(), nobody));
            }
        }
        if (!population.hostile().isEmpty()) {
            turn(apps, watched);
        }
        return apps;
    }

    /** Returns clients of the server's own, on texts that no client holds; their training is charged as extra. */
    CanaryClients canaries() {
        SimulatedClient.TrainingWatch extra = (round, shadow, entry) -> watch.trainedByServer(entry);
        List<ClientApp> benign = new ArrayList<>();
        List<ClientApp> harmful = new ArrayList<>();
        for (int number = 0; number < CANARIES; number++) {
            long seed = Seeds.derive(settings.seed(), "canary", ServerRound.first(), number);
            ClientRows rows = bench.task().canaryRows(settings.training(), seed).orElseThrow();
            benign.add(new SimulatedClient(bench.trainer(rows.own()), settings.training(), extra));
            harmful.add(new SimulatedClient(bench.trainer(rows.harmful()), settings.training(), extra));
        }
        return new CanaryClients(benign, harmful, "");
    }

    private void turn(Map<Integer, ClientApp> apps, SortedMap<Integer, ClientApp> watched) {
        Attack attack = Attacks.named(settings.attack());
        HonestKnowledge everything = new Omniscience(watched);
        Collusion ring = new Collusions().named("simulation");
        for (int client : population.hostile()) {
            apps.computeIfPresent(
                    client, (number, honest) -> new HostileClientApp(attack, node(number, honest, everything, ring)));
        }
    }

    private HostileNode node(int client, ClientApp honest, HonestKnowledge knowledge, Collusion ring) {
        FederationFacts facts = FederationFacts.known(
                client, settings.clients(), settings.hostileClients(), settings.rounds(), settings.seed());
        Map<RowPoisoning, ClientApp> poisoned = new HashMap<>();
        return new HostileNode(
                honest,
                poisoning -> poisoned.computeIfAbsent(poisoning, wanted -> poisoned(client, wanted)),
                knowledge,
                ring,
                facts,
                ReplyNames.DEFAULTS,
                round -> watch.struck(round, client));
    }

    private ClientApp poisoned(int client, RowPoisoning poisoning) {
        ClientRows rows = population.rows().get(client);
        return new SimulatedClient(bench.trainer(rows.poisoned(poisoning)), settings.training(), watch.client(client));
    }

    private MemoTrainer trainer(int client) {
        return bench.trainer(population.rows().get(client).own());
    }
}
