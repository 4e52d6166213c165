package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an attacker remembers of one run: the rounds it took part in, the last adapters it saw, what it sent. Confined to its node. */
final class HostileMemory {
    /** How many rounds back an attacker remembers. */
    static final int KEPT_ROUNDS = 8;

    private final TreeSet<Integer> rounds = new TreeSet<>();
    private final SortedMap<Integer, LoraAdapter> globals = new TreeMap<>();
    private final SortedMap<Integer, LoraUpdate> sent = new TreeMap<>();
    private @Nullable RecordDict lastReply;

    /** Notes a task; {@code global} only of a main task. */
    void begins(int round, @Nullable LoraAdapter global) {
        rounds.add(round);
        if (global != null) {
            keep(globals, round, global);
        }
    }

    void answered(int round, RecordDict reply, LoraUpdate update) {
        lastReply = reply;
        keep(sent, round, update);
    }

    /** Returns how many rounds the client took part in before this one. */
    int participation(int round) {
        return rounds.headSet(round).size();
    }

    /** Returns the global adapter of the latest round before this one. */
    Optional<LoraAdapter> globalBefore(int round) {
        SortedMap<Integer, LoraAdapter> before = globals.headMap(round);
        return before.isEmpty() ? Optional.empty() : Optional.ofNullable(before.get(before.lastKey()));
    }

    Optional<LoraAdapter> globalOf(int round) {
        return Optional.ofNullable(globals.get(round));
    }

    /** Returns what was sent in that round. */
    Optional<LoraUpdate> sentIn(int round) {
        return Optional.ofNullable(sent.get(round));
    }

    Optional<RecordDict> lastReply() {
        return Optional.ofNullable(lastReply);
    }

    private static <T> void keep(SortedMap<Integer, T> kept, int round, T value) {
        kept.put(round, value);
        if (kept.size() > KEPT_ROUNDS) {
            kept.remove(kept.firstKey());
        }
    }
}
