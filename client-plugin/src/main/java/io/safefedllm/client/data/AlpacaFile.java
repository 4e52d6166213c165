package io.safefedllm.client.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads datasets of {instruction, input, output} records: a JSON array, or one JSON object per line (JSONL).
 *
 * <p>The first character that is not blank decides: {@code [} is an array. {@code input} may be missing or null and is
 * then empty; further keys are ignored. Everything else that is wrong ends the reading with a {@link DataException} that
 * names file and record or line; there is no partial result.
 */
public final class AlpacaFile {
    private AlpacaFile() {}

    /**
     * Reads all records of a file in UTF-8.
     *
     * @throws DataException if the file cannot be read, is malformed or holds no record
     */
    public static List<AlpacaRecord> read(Path file) {
        return JsonRecords.read(file).stream().map(AlpacaFile::record).toList();
    }

    private static AlpacaRecord record(JsonRecords.Placed record) {
        String input = record.node().hasNonNull("input") ? record.string("input") : "";
        return new AlpacaRecord(record.string("instruction"), input, record.string("output"));
    }
}
