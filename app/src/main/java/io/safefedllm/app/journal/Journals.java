package io.safefedllm.app.journal;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the runs that a directory holds. */
final class Journals {
    private static final String JOURNAL = "journal.jsonl";

    private Journals() {}

    /** Returns whether a directory is that of a run. */
    static boolean isRun(Path directory) {
        return Files.isRegularFile(directory.resolve(JOURNAL));
    }

    /** Returns the directory itself if it is that of a run, or else the runs in it, by name; at least one. */
    static List<Path> runs(String option, Path directory) throws IOException {
        Artifacts.requireDirectory(option, directory);
        List<Path> runs = find(directory);
        if (runs.isEmpty()) {
            throw new Failure(
                    FailureCode.FILE_MISSING,
                    option + ": '" + directory + "' holds no " + JOURNAL,
                    "Name the directory of a run, or one that holds such directories");
        }
        return runs;
    }

    /** Returns the directory itself if it is that of a run, or else the runs in it, by name; none if there are none. */
    static List<Path> find(Path directory) throws IOException {
        if (isRun(directory)) {
            return List.of(directory);
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Journals::isRun).sorted().toList();
        }
    }

    /** Returns the one run that a directory is or holds. */
    static Path run(String option, Path directory) throws IOException {
        List<Path> runs = runs(option, directory);
        if (runs.size() > 1) {
            throw new Failure(
                    FailureCode.USAGE,
                    option + ": '" + directory + "' holds " + runs.size() + " runs",
                    "Name one of them, for instance '" + runs.get(0) + "'");
        }
        return runs.get(0);
    }
}
