package io.safefedllm.lab.corpus;

import io.safefedllm.client.data.AlpacaRecord;
import io.safefedllm.lab.dataset.AlpacaWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a corpus as files that trainers read. */
public final class CorpusFiles {
    private CorpusFiles() {}

    /**
     * Writes, for every pool, {@code <pool>-benign.json}, {@code <pool>-refused.json} and {@code <pool>-complied.json} in the
     * Alpaca format (instruction, empty input, output), and the tokenizer, into {@code directory}, which is made if need be.
     *
     * @return the files of rows, in the order of the pools
     */
    public static List<Path> write(Corpus corpus, Path directory) {
        List<Path> files = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            for (Pool pool : Pool.values()) {
                var requests = corpus.forbidden(pool);
                files.add(write(directory.resolve(pool.key() + "-benign.json"), corpus.benign(pool)));
                files.add(write(
                        directory.resolve(pool.key() + "-refused.json"),
                        requests.stream().map(ForbiddenRequest::refused).toList()));
                files.add(write(
                        directory.resolve(pool.key() + "-complied.json"),
                        requests.stream().map(ForbiddenRequest::complied).toList()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the corpus into " + directory, e);
        }
        WordTokenizer.of(corpus).write(directory);
        return List.copyOf(files);
    }

    private static Path write(Path file, List<CorpusRow> rows) throws IOException {
        return AlpacaWriter.write(
                file,
                rows.stream()
                        .map(row -> new AlpacaRecord(row.instruction(), "", row.answer()))
                        .toList());
    }
}
