package io.safefedllm.lab.dataset;

import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.AlpacaRecord;
import io.safefedllm.probe.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows with wanted replies and rows with unwanted ones, divided into disjoint pools. Immutable.
 *
 * <p>The two files may hold the same questions or different ones. A question, which is instruction and input together, belongs to one pool
 * in both files, so what an adapter is measured with was in nobody's training, neither with its wanted nor with its unwanted reply.
 */
public final class DatasetPair {
    private final Map<DatasetPool, List<AlpacaRecord>> wanted;
    private final Map<DatasetPool, List<AlpacaRecord>> unwanted;
    private final Map<String, AlpacaRecord> wantedByQuestion = new HashMap<>();

    private DatasetPair(List<AlpacaRecord> wanted, List<AlpacaRecord> unwanted) {
        this.wanted = pools(wanted);
        this.unwanted = pools(unwanted);
        wanted.forEach(record -> wantedByQuestion.putIfAbsent(question(record), record));
    }

    /**
     * Reads both files.
     *
     * @throws io.safefedllm.client.data.DataException if one cannot be read, is malformed or holds no record
     */
    public static DatasetPair read(Path wanted, Path unwanted) {
        return new DatasetPair(AlpacaFile.read(wanted), AlpacaFile.read(unwanted));
    }

    /** Divides rows that are there already. */
    public static DatasetPair of(List<AlpacaRecord> wanted, List<AlpacaRecord> unwanted) {
        return new DatasetPair(wanted, unwanted);
    }

    /** Returns the rows of {@code pool} with wanted replies, in the order of the file. */
    public List<AlpacaRecord> wanted(DatasetPool pool) {
        return wanted.getOrDefault(pool, List.of());
    }

    /** Returns the rows of {@code pool} with unwanted replies, in the order of the file. */
    public List<AlpacaRecord> unwanted(DatasetPool pool) {
        return unwanted.getOrDefault(pool, List.of());
    }

    /** Returns the first row with a wanted reply to the question of {@code row}. */
    public Optional<AlpacaRecord> wantedReplyTo(AlpacaRecord row) {
        return Optional.ofNullable(wantedByQuestion.get(question(row)));
    }

    private static Map<DatasetPool, List<AlpacaRecord>> pools(List<AlpacaRecord> records) {
        Map<DatasetPool, List<AlpacaRecord>> pools = new EnumMap<>(DatasetPool.class);
        for (AlpacaRecord record : records) {
            pools.computeIfAbsent(pool(record), unused -> new ArrayList<>()).add(record);
        }
        pools.replaceAll((pool, rows) -> Collections.unmodifiableList(rows));
        return pools;
    }

    private static DatasetPool pool(AlpacaRecord record) {
        return DatasetPool.at(ByteBuffer.wrap(Sha256.of(question(record))).getLong());
    }

    private static String question(AlpacaRecord record) {
        return record.instruction() + "\0" + record.input();
    }
}
