package io.safefedllm.flower.fab;

import io.safefedllm.flower.record.FormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The zip around a bundle.
 *
 * <p>Packing writes the bytes that Python's {@code zipfile} writes for stored entries with a fixed date, since a bundle is
 * named by its hash; {@link java.util.zip.ZipOutputStream} writes other headers. Unpacking reads any zip, within bounds.
 */
final class FabZip {
    static final int MAX_ENTRIES = 10_000;
    static final long MAX_UNPACKED_BYTES = 64L << 20;

    private static final short VERSION = 20;
    private static final byte UNIX = 3;
    /** 2024-10-01 00:00:00 in the two fields of MS-DOS. */
    private static final short DATE = (short) ((2024 - 1980) << 9 | 10 << 5 | 1);

    private static final int OWNER_READS_AND_WRITES = 0600 << 16;
    private static final short UTF8_NAME = 1 << 11;
    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int END_HEADER = 0x06054b50;

    private FabZip() {}

    static byte[] pack(Map<String, byte[]> files) {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        files.forEach((path, content) -> {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            directory.writeBytes(little(46)
                    .putInt(CENTRAL_HEADER)
                    .put((byte) VERSION)
                    .put(UNIX)
                    .put(common(path, name, content))
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(OWNER_READS_AND_WRITES)
                    .putInt(zip.size())
                    .array());
            directory.writeBytes(name);
            zip.writeBytes(little(30)
                    .putInt(LOCAL_HEADER)
                    .put(common(path, name, content))
                    .array());
            zip.writeBytes(name);
            zip.writeBytes(content);
        });
        int start = zip.size();
        zip.writeBytes(directory.toByteArray());
        zip.writeBytes(end(files.size(), directory.size(), start));
        return zip.toByteArray();
    }

    /** Returns the 26 bytes that both headers of an entry share: from the version needed to the extra length. */
    private static byte[] common(String path, byte[] name, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        boolean ascii = name.length == path.length();
        return little(26)
                .putShort(VERSION)
                .putShort(ascii ? 0 : UTF8_NAME)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(DATE)
                .putInt((int) crc.getValue())
                .putInt(content.length)
                .putInt(content.length)
                .putShort((short) name.length)
                .putShort((short) 0)
                .array();
    }

    private static byte[] end(int entries, int directorySize, int directoryStart) {
        return little(22)
                .putInt(END_HEADER)
                .putInt(0)
                .putShort((short) entries)
                .putShort((short) entries)
                .putInt(directorySize)
                .putInt(directoryStart)
                .putShort((short) 0)
                .array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the files by path in the order of the zip. */
    static Map<String, byte[]> unpack(byte[] zip) throws FormatException {
        if (zip.length > Fab.MAX_BYTES) {
            throw new FormatException(
                    "app bundle has " + zip.length + " bytes, more than the " + Fab.MAX_BYTES + " allowed");
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        long budget = MAX_UNPACKED_BYTES;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE, budget + 1));
                budget -= content.length;
                boolean twice = files.put(entry.getName(), content) != null;
                if (twice || budget < 0 || files.size() > MAX_ENTRIES) {
                    throw new FormatException("app bundle has an entry twice, more than " + MAX_ENTRIES
                            + " entries, or unpacks to more than " + MAX_UNPACKED_BYTES + " bytes");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new FormatException("app bundle is not a readable zip: " + e.getMessage(), e);
        }
        return files;
    }
}
