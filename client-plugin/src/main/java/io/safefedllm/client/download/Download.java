package io.safefedllm.client.download;

import io.safefedllm.probe.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Fetches one file and checks its digest. What has arrived stays in a file beside the target, so that a further attempt, also of a later
 * process, asks only for the rest. The target appears only when it is right. Confined to one thread.
 */
final class Download {
    private static final int BLOCK = 1 << 16;
    private static final int PARTIAL = 206;
    private static final int OUT_OF_RANGE = 416;

    private final Web web;
    private final Retries retries;
    private final Progress progress;

    /** Is told how far a download is. */
    @FunctionalInterface
    interface Progress {
        void at(long done, long total);
    }

    Download(Web web, Retries retries, Progress progress) {
        this.web = web;
        this.retries = retries;
        this.progress = progress;
    }

    /**
     * Fetches.
     *
     * @param bytes how long the file must be
     * @throws DownloadException if it cannot be had, or is another file than the digest says
     * @throws IOException if the disk fails
     */
    void fetch(URI address, long bytes, String sha256, Path target) throws IOException, InterruptedException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        if (Files.exists(part) && Files.size(part) > bytes) {
            Files.delete(part);
        }
        retries.run(() -> resume(address, bytes, part), () -> Files.exists(part) ? Files.size(part) : 0);
        String found = Sha256.ofFile(part);
        if (!found.equals(sha256)) {
            Files.delete(part);
            throw new DownloadException("what " + Web.withoutUser(address) + " sent is another file: its SHA-256 is "
                    + found + " and should be " + sha256);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void resume(URI address, long bytes, Path part) throws IOException, InterruptedException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        if (have == bytes) {
            return;
        }
        HttpResponse<InputStream> answer = web.get(address, "Range", "bytes=" + have + "-");
        try (InputStream body = answer.body()) {
            int status = answer.statusCode();
            if (status == OUT_OF_RANGE) {
                Files.delete(part);
                throw new IOException("the rest of the file is not to be had");
            }
            if (status != 200 && status != PARTIAL) {
                throw Retries.Refused.of(Web.withoutUser(address), status);
            }
            append(body, status == PARTIAL ? have : 0, bytes, part);
        }
    }

    private void append(InputStream body, long have, long bytes, Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                StallGuard guard = new StallGuard(body)) {
            channel.truncate(have).position(have);
            byte[] block = new byte[BLOCK];
            long done = have;
            for (int read = body.read(block); read >= 0; read = body.read(block)) {
                guard.alive();
                done += read;
                if (done > bytes) {
                    throw new DownloadException("the file is longer than it should be, " + bytes + " bytes");
                }
                write(channel, ByteBuffer.wrap(block, 0, read));
                progress.at(done, bytes);
            }
            if (done < bytes) {
                throw new IOException("the connection ended after " + done + " of " + bytes + " bytes");
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
