package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.safefedllm.client.checkpoint.WeightSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings tensors into the engine so that beside the weights themselves there is never more than one piece of them. Confined to one
 * thread.
 *
 * <p>Float32 tensors that lie as they are needed stay in the file's pages. On the processor the others are read once, straight into the
 * memory that the engine then uses. What no buffer of Java's can hold, 2 GiB and more, and what goes to a CUDA device is copied piece
 * by piece through one buffer: memory outside the heap that is only waiting for the garbage collector would be a second copy.
 */
/*
 * The embedding of an 8B model exceeds 2 GiB in float32. It cannot be mapped: Java maps 2 GiB at a time, into places of the operating
 * system's choice, and the engine wants a tensor in one place.
 */
final class WeightLoader {
    /** What is copied at a time, 64 MiB. */
    static final int PIECE_BYTES = 1 << 26;

    private final WeightSource source;
    private final NDManager manager;
    private final int maxBytes;
    private final int pieceBytes;
    private @Nullable ByteBuffer piece;

    WeightLoader(WeightSource source, NDManager manager) {
        this(source, manager, Integer.MAX_VALUE, PIECE_BYTES);
    }

    /**
     * Makes a loader with other bounds.
     *
     * @param maxBytes what exceeds it is copied in pieces
     * @param pieceBytes of a piece, which is at least one row
     */
    WeightLoader(WeightSource source, NDManager manager, int maxBytes, int pieceBytes) {
        this.source = source;
        this.manager = manager;
        this.maxBytes = maxBytes;
        this.pieceBytes = pieceBytes;
    }

    /** Returns a group of tensors as one array of the manager. */
    NDArray load(TensorGroup group) {
        boolean fits = group.size() * Float.BYTES <= maxBytes;
        Optional<ByteBuffer> mapped = fits ? source.map(group.names()) : Optional.empty();
        if (mapped.isPresent()) {
            return manager.create(mapped.get(), group.arrayShape(), DataType.FLOAT32);
        }
        return fits && !manager.getDevice().isGpu() ? read(group) : copyInPieces(group);
    }

    private NDArray read(TensorGroup group) {
        ByteBuffer buffer = newBuffer(Math.toIntExact(group.size() * Float.BYTES));
        FloatBuffer values = buffer.asFloatBuffer();
        group.names().forEach(name -> source.read(name, values));
        return manager.create(buffer, group.arrayShape(), DataType.FLOAT32);
    }

    private NDArray copyInPieces(TensorGroup group) {
        NDArray whole = manager.create(group.arrayShape(), DataType.FLOAT32);
        long width = group.size() / group.shape().get(0);
        ByteBuffer buffer = piece(width * Float.BYTES);
        long most = buffer.capacity() / (width * Float.BYTES);
        long at = 0;
        for (String name : group.names()) {
            long rows = source.shape(name).get(0);
            for (long from = 0; from < rows; from += most) {
                long count = Math.min(most, rows - from);
                buffer.clear().limit(Math.toIntExact(count * width * Float.BYTES));
                source.read(name, from * width, count * width, buffer.asFloatBuffer());
                try (NDArray rowsOfPiece = manager.create(buffer, group.arrayShape(count), DataType.FLOAT32)) {
                    whole.set(new NDIndex("{}:{}", at, at + count), rowsOfPiece);
                }
                at += count;
            }
        }
        return whole;
    }

    /** The one buffer, which holds a row at least. */
    private ByteBuffer piece(long rowBytes) {
        ByteBuffer buffer = piece;
        if (buffer == null || buffer.capacity() < rowBytes) {
            buffer = newBuffer(Math.toIntExact(Math.max(pieceBytes, rowBytes)));
            piece = buffer;
        }
        return buffer;
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
