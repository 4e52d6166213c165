package io.safefedllm.strategy.round;

import io.safefedllm.strategy.exchange.ServerRound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The files of one run: {@code journal.jsonl}, {@code rounds/000012/} with the adapter after round 12, {@code ledger.json}
 * with what is carried on, {@code spool/} with the replies of the round that is being played, {@code claim.json} with the right to
 * drive it while it is driven over a wire, and at the end the last adapter beside the journal.
 *
 * @param root the run's directory
 */
public record RunDirectory(Path root) {

    /** Returns the directory of a run in a directory of runs: it is named by the run's id, unsigned. */
    public static RunDirectory in(Path stateDirectory, long runId) {
        return new RunDirectory(stateDirectory.resolve(Long.toUnsignedString(runId)));
    }

    /** Returns the journal. */
    public Path journal() {
        return root.resolve("journal.jsonl");
    }

    /** Returns the PEFT directory with the adapter after a round. */
    public Path round(ServerRound round) {
        return root.resolve("rounds").resolve(name(round));
    }

    /** Returns the file with everything else that the run carries on (SF-7.11). */
    public Path ledger() {
        return root.resolve("ledger.json");
    }

    /** Returns the file with the right to drive the run, which its executor writes and removes. */
    public Path claim() {
        return root.resolve("claim.json");
    }

    /** Returns the file with what rule and server optimiser carry on after a round. */
    Path carried(ServerRound round) {
        return round(round).resolve("server_state.safetensors");
    }

    private static String name(ServerRound round) {
        return String.format(Locale.ROOT, "%06d", round.number());
    }

    /** Makes the empty spool of a round, removing what an earlier attempt left there. */
    Path openSpool(ServerRound round) {
        closeSpool(round);
        try {
            return Files.createDirectories(spool(round));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the spool of a round. */
    void closeSpool(ServerRound round) {
        Path spool = spool(round);
        if (!Files.isDirectory(spool)) {
            return;
        }
        try {
            for (Path file : files(spool)) {
                Files.delete(file);
            }
            Files.delete(spool);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private Path spool(ServerRound round) {
        return root.resolve("spool").resolve(name(round));
    }
}
