package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the files of a run: the journal's chain, every decision in it, and the adapters beside it.
 *
 * <p>What is checked: every line follows the one before by number and hash and is written as a journal writes it; every
 * weight and all that leads to it follow from what was received (see {@link JournalReplay}); {@code ledger.json}, where
 * there is one, names the last line and remembers what the lines lead to (see {@link LedgerCheck}); every round has its files
 * (see {@link RoundFiles}), and every adapter the digest that its round states.
 *
 * <p>What cannot be told from the files alone: whether the scores are those of the updates (they are not kept), and whether
 * somebody wrote all files anew, consistently. Who keeps {@link Verification#head()} elsewhere can tell that, too.
 */
public final class JournalVerifier {
    private static final String JOURNAL = "journal.jsonl";
    static final String LEDGER = "ledger.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();

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
        seal(journal, history, replay);
        RoundFiles files = new RoundFiles(directory, findings);
        files.check(history);
        return new Verification(
                journal.lines().size(),
                history.rounds().size(),
                replay.weights(),
                files.adapters(),
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
    private void seal(JournalReader journal, RunHistory history, JournalReplay replay) throws IOException {
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
        new LedgerCheck(read.get(), findings).compare(history, replay);
    }

    private Optional<JsonNode> ledger(Path file) throws IOException {
        try {
            return Optional.of(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            findings.add(new Finding(0, LEDGER, "is cut or changed: it is not JSON; restore it"));
            return Optional.empty();
        }
    }
}
