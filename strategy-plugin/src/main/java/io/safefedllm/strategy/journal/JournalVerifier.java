package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.StoreException;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks the files of a run: the journal's chain, every decision in it, and the adapters beside it.
 *
 * <p>What is checked: every line follows the one before by number and hash and is written as a journal writes it; every
 * weight and all that leads to it follow from what was received (see {@link JournalReplay}); {@code ledger.json}, where
 * there is one, names the last line; every adapter has the digest that its round states.
 *
 * <p>What cannot be told from the files alone: whether the scores are those of the updates (they are not kept), and whether
 * somebody wrote all files anew, consistently. Who keeps {@link Verification#head()} elsewhere can tell that, too.
 */
public final class JournalVerifier {
    private static final String JOURNAL = "journal.jsonl";
    private static final String LEDGER = "ledger.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();
    private int adapters;

    private JournalVerifier(Path directory) {
        this.directory = directory;
    }

    /**
     * Checks a run.
     *
     * @param directory holds {@code journal.jsonl}
     * @throws JournalException if the journal's chain is broken, or a line cannot be read; the message names the line and,
     *     where it is one, the field
     * @throws IOException if a file cannot be read
     */
    public static Verification verify(Path directory) throws IOException {
        return new JournalVerifier(directory).verify();
    }

    private Verification verify() throws IOException {
        JournalReader journal = JournalReader.read(directory.resolve(JOURNAL));
        RunHistory history = RunHistory.of(journal);
        JournalReplay replay = replay(history);
        seal(journal, history);
        for (RoundLine round : history.rounds()) {
            adapter(round);
        }
        lastAdapter(history);
        return new Verification(
                journal.lines().size(),
                history.rounds().size(),
                replay.weights(),
                adapters,
                history.unfinished().size(),
                journal.head(),
                findings);
    }

    private JournalReplay replay(RunHistory history) throws JournalException {
        JournalReplay replay;
        try {
            replay = new JournalReplay(ReplayRules.of(history));
        } catch (SettingsException | IllegalArgumentException e) {
            throw new JournalException("line 1: field 'settings' cannot be read: " + e.getMessage(), e);
        }
        for (RoundLine round : history.rounds()) {
            try {
                replay.play(round);
            } catch (IllegalArgumentException e) {
                findings.add(new Finding(round.seq(), "round", "cannot be played again: " + e.getMessage()));
                break;
            }
        }
        findings.addAll(replay.findings());
        return replay;
    }

    /** A run that keeps its state names the last line there: a cut, or a change of that line, shows. */
    private void seal(JournalReader journal, RunHistory history) throws IOException {
        Path ledger = directory.resolve(LEDGER);
        if (!Files.exists(ledger)) {
            if (!history.unfinished().isEmpty()) {
                findings.add(new Finding(
                        journal.lines().size(), "type", "is the last line, but its round has no line of its own"));
            }
            return;
        }
        Optional<JsonNode> read = ledger(ledger);
        if (read.isEmpty()) {
            return;
        }
        LineFields state = LineFields.of(LEDGER, read.get());
        long seq = state.whole("journalSeq");
        if (seq < 0 || seq > journal.lines().size()) {
            findings.add(new Finding(0, LEDGER, "names line " + seq + " as the last one, which is not there"));
        } else if (!state.text("journalHead").equals(journal.hash(seq))) {
            findings.add(new Finding(seq, "the whole line", "is not the one that " + LEDGER + " names"));
        }
        long finished = history.rounds().isEmpty()
                ? 1
                : history.rounds().get(history.rounds().size() - 1).seq();
        if (finished > seq) {
            findings.add(new Finding(finished, "round", "is finished, but " + LEDGER + " ends before it"));
        }
    }

    private Optional<JsonNode> ledger(Path file) throws IOException {
        try {
            return Optional.of(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            findings.add(new Finding(0, LEDGER, "is cut or changed: it is not JSON; restore it"));
            return Optional.empty();
        }
    }

    private void adapter(RoundLine round) throws IOException {
        Path rounds = directory.resolve("rounds");
        Path kept = rounds.resolve(String.format(Locale.ROOT, "%06d", round.round()));
        if (Files.isDirectory(kept)) {
            compare(kept, round);
        } else if (Files.isDirectory(rounds)) {
            findings.add(new Finding(0, place(kept), "is missing"));
        }
    }

    /** The adapter beside the journal is that of the last round, in a run that came to its end. */
    private void lastAdapter(RunHistory history) throws IOException {
        if (Files.exists(directory.resolve(PeftDirectory.MODEL_FILE))
                && !history.rounds().isEmpty()) {
            compare(directory, history.rounds().get(history.rounds().size() - 1));
        }
        Path rounds = directory.resolve("rounds");
        if (!Files.isDirectory(rounds)) {
            return;
        }
        Set<String> known = history.rounds().stream()
                .map(round -> String.format(Locale.ROOT, "%06d", round.round()))
                .collect(Collectors.toCollection(HashSet::new));
        known.add(String.format(
                Locale.ROOT, "%06d", history.run().path("resumed").path("round").asInt()));
        try (Stream<Path> kept = Files.list(rounds)) {
            kept.filter(path -> path.getFileName().toString().matches("\\d{6}"))
                    .filter(path -> !known.contains(path.getFileName().toString()))
                    .sorted()
                    .forEach(path -> findings.add(new Finding(0, place(path), "belongs to no round of the journal")));
        }
    }

    private void compare(Path adapter, RoundLine round) throws IOException {
        adapters++;
        try {
            String digest = PeftDirectory.read(adapter).adapter().sha256();
            if (!digest.equals(round.adapterSha256())) {
                findings.add(new Finding(
                        round.seq(), "adapterSha256", "is not the digest of the adapter in " + place(adapter)));
            }
        } catch (StoreException e) {
            findings.add(new Finding(0, place(adapter), "cannot be read: " + e.getMessage()));
        }
    }

    private String place(Path path) {
        return path.equals(directory)
                ? PeftDirectory.MODEL_FILE
                : directory.relativize(path).toString();
    }
}
