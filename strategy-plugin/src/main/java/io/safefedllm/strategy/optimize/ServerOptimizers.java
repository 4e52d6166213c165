package io.safefedllm.strategy.optimize;

import java.util.List;
import java.util.function.Function;

/** The door to all server optimisers (BL-3 to BL-6): by name, from one table. */
public final class ServerOptimizers {
    private static final String HSU = "Hsu et al. 2019, arXiv:1909.06335";
    private static final String REDDI = "Reddi et al. 2021, arXiv:2003.00295";

    private static final List<Entry> TABLE = List.of(
            new Entry(
                    new OptimizerCard("none", "takes the aggregate over", "McMahan et al. 2017"),
                    settings -> new PlainStep()),
            new Entry(new OptimizerCard(FedAvgM.NAME, "adds a running mean of the differences", HSU), FedAvgM::new),
            new Entry(
                    new OptimizerCard("fedadam", "momentum divided by the root of a running mean of squares", REDDI),
                    settings -> new AdaptiveStep(AdaptiveStep.Variant.FEDADAM, settings)),
            new Entry(
                    new OptimizerCard("fedyogi", "as fedadam, the squares followed at a bounded rate", REDDI),
                    settings -> new AdaptiveStep(AdaptiveStep.Variant.FEDYOGI, settings)),
            new Entry(
                    new OptimizerCard("fedadagrad", "difference divided by the root of the sum of squares", REDDI),
                    settings -> new AdaptiveStep(AdaptiveStep.Variant.FEDADAGRAD, settings)));

    private record Entry(OptimizerCard card, Function<OptimizerSettings, ServerOptimizer> maker) {}

    private ServerOptimizers() {}

    /** Returns the names of all optimisers, in the order of the table. */
    public static List<String> names() {
        return cards().stream().map(OptimizerCard::name).toList();
    }

    /** Returns the table, for help texts and documents. */
    public static List<OptimizerCard> cards() {
        return TABLE.stream().map(Entry::card).toList();
    }

    /**
     * Returns an optimiser.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists the names
     */
    public static ServerOptimizer named(String name, OptimizerSettings settings) {
        return TABLE.stream()
                .filter(entry -> entry.card().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown server optimizer '" + name + "'; choose one of " + String.join(", ", names())))
                .maker()
                .apply(settings);
    }
}
