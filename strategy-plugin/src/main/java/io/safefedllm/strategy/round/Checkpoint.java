package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.CarriedStateFile;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.NormReference;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.gate.UpdateSketch;
import io.safefedllm.strategy.journal.JournalMark;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Where a run stands after a finished round, and how that gets to disk and back (SF-7.11, DESIGN section 8).
 *
 * <p>The files of a round are written first, {@code ledger.json} last: a run that ends in between has not finished the round
 * and plays it again.
 *
 * @param round the last finished round; 0 before the first
 * @param adapter the adapter after it
 * @param memory what else is carried on
 * @param journal how far the journal goes
 */
record Checkpoint(int round, LoraAdapter adapter, RunMemory.Snapshot memory, JournalMark journal) {

    /** Writes the adapter of a round and what rule and optimiser carry on. */
    static void writeRound(RunDirectory directory, ServerRound round, PeftAdapter adapter, CarriedState carried)
            throws IOException {
        PeftDirectory.write(directory.round(round), adapter);
        CarriedStateFile.write(directory.carried(round), carried);
    }

    /** Writes the rest, which makes the round finished. */
    void seal(RunDirectory directory, LedgerFile.Origin origin) throws IOException {
        RoundGate.Snapshot firewall = memory.firewall();
        OptionalDouble rho = firewall.reference().previous();
        LedgerFile.write(
                directory.ledger(),
                new LedgerFile.Content(
                        LedgerFile.VERSION,
                        round,
                        origin,
                        new LedgerFile.Digests(
                                adapter.sha256(), memory.carried().sha256()),
                        journal.seq(),
                        journal.head(),
                        journal.bytes(),
                        memory.trust(),
                        new LedgerFile.Firewall(
                                rho.isPresent() ? rho.getAsDouble() : null,
                                byName(firewall.replays()),
                                firewall.steps().stream()
                                        .map(UpdateSketch::numbers)
                                        .toList()),
                        byName(memory.acceptedRounds())));
    }

    private static <V> Map<String, V> byName(Map<Long, V> byNode) {
        Map<String, V> named = new LinkedHashMap<>();
        byNode.forEach((node, value) -> named.put(Long.toUnsignedString(node), value));
        return named;
    }

    /**
     * Reads where a run stands.
     *
     * @param first the run's first adapter: what round 0 ended with, and whose order later ones take
     * @throws SettingsException if the directory's run is not the same as this one, or its files are not what they were
     * @throws IOException if they cannot be read
     */
    static Checkpoint read(RunDirectory directory, LedgerFile.Origin origin, LoraAdapter first) throws IOException {
        LedgerFile.Content content = LedgerFile.read(directory.ledger());
        requireSame(directory, content.origin(), origin);
        LoraAdapter adapter = first;
        CarriedState carried = CarriedState.empty();
        if (content.round() > 0) {
            ServerRound round = new ServerRound(content.round());
            adapter = PeftDirectory.read(directory.round(round)).adapter().arrangedAs(first.layout());
            Path state = directory.carried(round);
            if (!Files.exists(state)) {
                throw new SettingsException("'" + state + "' is missing; restore it or choose another directory");
            }
            carried = CarriedStateFile.read(state);
        }
        requireDigest(
                directory,
                content,
                "adapter",
                adapter.sha256(),
                content.digests().adapter());
        requireDigest(
                directory, content, "state", carried.sha256(), content.digests().carried());
        return new Checkpoint(content.round(), adapter, readMemory(directory, content, carried), content.journal());
    }

    private static RunMemory.Snapshot readMemory(
            RunDirectory directory, LedgerFile.Content content, CarriedState carried) {
        try {
            return memory(content, carried);
        } catch (IllegalArgumentException e) {
            throw LedgerFile.damaged(directory.ledger(), String.valueOf(e.getMessage()));
        }
    }

    private static void requireDigest(
            RunDirectory directory, LedgerFile.Content content, String what, String there, String wanted) {
        if (!there.equals(wanted)) {
            throw new SettingsException("'" + directory.root() + "' does not hold the " + what + " that round "
                    + content.round() + " ended with; restore it or choose another directory");
        }
    }

    private static RunMemory.Snapshot memory(LedgerFile.Content content, CarriedState carried) {
        Double rho = content.firewall().rho();
        NormReference reference = new NormReference(rho == null ? OptionalDouble.empty() : OptionalDouble.of(rho));
        return new RunMemory.Snapshot(
                content.trust(),
                new RoundGate.Snapshot(
                        reference,
                        byNode(content.firewall().replays()),
                        content.firewall().steps().stream()
                                .map(UpdateSketch::of)
                                .toList()),
                byNode(content.acceptedRounds()),
                carried);
    }

    private static <V> Map<Long, V> byNode(Map<String, V> named) {
        Map<Long, V> byNode = new TreeMap<>(Long::compareUnsigned);
        named.forEach((node, value) -> byNode.put(Long.parseUnsignedLong(node), value));
        return byNode;
    }

    private static void requireSame(RunDirectory directory, LedgerFile.Origin there, LedgerFile.Origin here) {
        Map<String, String> all = new TreeMap<>(there.settings());
        all.putAll(here.settings());
        List<String> different = all.keySet().stream()
                .filter(key -> !value(there, key).equals(value(here, key)))
                .toList();
        if (!different.isEmpty()) {
            String key = different.get(0);
            throw new SettingsException("'" + directory.root() + "' holds a run with " + key + " = "
                    + value(there, key) + " but here it is " + value(here, key)
                    + "; use the same settings or choose another directory");
        }
        if (!Objects.equals(there.sigma0(), here.sigma0()) || !Objects.equals(there.q0(), here.q0())) {
            throw new SettingsException("'" + directory.root() + "' holds a run whose probe was calibrated otherwise;"
                    + " use the probe as it was or choose another directory");
        }
        if (!Objects.equals(there.canaries(), here.canaries()) || "".equals(here.canaries())) {
            throw new SettingsException("'" + directory.root() + "' holds a run whose canaries are not known to have"
                    + " had this model and these texts; use the same or choose another directory");
        }
        if (!there.probeSha256().equals(here.probeSha256())
                || !there.initialAdapterSha256().equals(here.initialAdapterSha256())) {
            throw new SettingsException("'" + directory.root()
                    + "' holds a run with another probe or first adapter; use the same or choose another directory");
        }
    }

    private static String value(LedgerFile.Origin origin, String key) {
        return origin.settings().getOrDefault(key, "not set");
    }
}
