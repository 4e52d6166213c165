package io.safefedllm.strategy.aggregate;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The adapters of one round on disk (the rows of BL-0.1): one file a row, raw little-endian binary32.
 *
 * <p>Rows may be put in any order under any file name; {@link #rows(List)} opens them in the order asked for. Memory does
 * not grow with the number of rows. The files are the caller's to delete; they are scratch, so nothing is synced.
 */
public final class AdapterSpool {
    private static final int COPY_BYTES = 1 << 18;

    private final Path directory;
    private final int width;
    private final @Nullable AdapterLayout layout;

    /** Uses an existing directory for rows of {@code width} elements. */
    public AdapterSpool(Path directory, int width) {
        this(directory, width, null);
    }

    /** Uses an existing directory for the adapters of one layout. */
    public AdapterSpool(Path directory, AdapterLayout layout) {
        this(directory, layout.size(), layout);
    }

    private AdapterSpool(Path directory, int width, @Nullable AdapterLayout layout) {
        if (width < 1) {
            throw new IllegalArgumentException("row width must be at least 1 but was " + width);
        }
        this.directory = directory;
        this.width = width;
        this.layout = layout;
    }

    /**
     * Writes one adapter, replacing a row of that name.
     *
     * @throws IllegalArgumentException if the spool is for another layout, or for rows of no layout
     * @throws UncheckedIOException if it cannot be written
     */
    public void put(String name, LoraAdapter adapter) {
        if (layout == null || !layout.equals(adapter.layout())) {
            throw new IllegalArgumentException(
                    "adapter must have the layout of the spool, " + layout + ", but has " + adapter.layout());
        }
        put(name, adapter.toArray());
    }

    /**
     * Writes one row, replacing a row of that name.
     *
     * @throws IllegalArgumentException if the row has another width
     * @throws UncheckedIOException if it cannot be written
     */
    public void put(String name, float[] values) {
        if (values.length != width) {
            throw new IllegalArgumentException("row must have " + width + " elements but had " + values.length);
        }
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (int from = 0; from < width; from += COPY_BYTES / Float.BYTES) {
                int length = Math.min(COPY_BYTES / Float.BYTES, width - from);
                buffer.clear();
                buffer.asFloatBuffer().put(values, from, length);
                buffer.limit(length * Float.BYTES);
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory.resolve(name), e);
        }
    }

    /**
     * Reads one whole row back.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public float[] get(String name) {
        try {
            float[] values = new float[width];
            ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name)))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory.resolve(name), e);
        }
    }

    /**
     * Opens rows in the given order. Close the store to release the files.
     *
     * @throws UncheckedIOException if a row is not there
     */
    public Rows rows(List<String> names) {
        List<FileChannel> files = new ArrayList<>();
        try {
            for (String name : names) {
                files.add(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
            }
        } catch (IOException e) {
            closeAll(files);
            throw new UncheckedIOException("cannot open the rows of " + directory, e);
        }
        return new Rows(files, width);
    }

    private static void closeAll(List<FileChannel> files) {
        for (FileChannel file : files) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a spooled row", e);
            }
        }
    }

    /** Opened rows, read block by block. For one thread. */
    public static final class Rows implements UpdateStore, AutoCloseable {
        private final List<FileChannel> files;
        private final int width;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        private Rows(List<FileChannel> files, int width) {
            this.files = files;
            this.width = width;
        }

        @Override
        public int rows() {
            return files.size();
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public void read(int row, int from, double[] block, int length) {
            if (from < 0 || length < 0 || from + length > width || length > block.length) {
                throw new IndexOutOfBoundsException(
                        "elements " + from + " to " + (from + length) + " of " + width + " do not fit");
            }
            FileChannel file = files.get(row);
            int step = COPY_BYTES / Float.BYTES;
            for (int done = 0; done < length; done += step) {
                int count = Math.min(step, length - done);
                fill(file, (long) (from + done) * Float.BYTES, count * Float.BYTES);
                for (int i = 0; i < count; i++) {
                    block[done + i] = buffer.getFloat(i * Float.BYTES);
                }
            }
        }

        private void fill(FileChannel file, long position, int bytes) {
            buffer.clear().limit(bytes);
            try {
                while (buffer.hasRemaining()) {
                    if (file.read(buffer, position + buffer.position()) < 0) {
                        throw new UncheckedIOException(new IOException("a spooled row ends early"));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read a spooled row", e);
            }
        }

        @Override
        public void close() {
            closeAll(files);
        }
    }
}
