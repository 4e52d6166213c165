package io.safefedllm.client.download;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Tries again after a while, twice as long each time; an attempt that got further than all before does not count. */
final class Retries {
    private static final int ATTEMPTS = 5;

    private final Duration pause;

    /** @param pause before the second attempt */
    Retries(Duration pause) {
        this.pause = pause;
    }

    /** One attempt. */
    @FunctionalInterface
    interface Attempt {
        void run() throws IOException, InterruptedException;
    }

    /** How far the attempts have got. */
    @FunctionalInterface
    interface Position {
        long get() throws IOException;
    }

    /** The server has said no. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean lasting;

        private Refused(String message, boolean lasting) {
            super(message);
            this.lasting = lasting;
        }

        static Refused of(String message) {
            return new Refused(message, true);
        }

        static Refused of(URI address, int status) {
            return new Refused(
                    address + " answers with status " + status, status < 500 && status != 408 && status != 429);
        }
    }

    /**
     * Runs until an attempt succeeds.
     *
     * @throws DownloadException if too many attempts failed, or one failed in a way that will not change
     */
    void run(Attempt attempt, Position position) throws IOException, InterruptedException {
        int failed = 0;
        long furthest = position.get();
        while (true) {
            try {
                attempt.run();
                return;
            } catch (IOException e) {
                long now = position.get();
                failed = now > furthest ? 1 : failed + 1;
                furthest = Math.max(now, furthest);
                if (failed == ATTEMPTS || Reasons.isLasting(e) || (e instanceof Refused refused && refused.lasting)) {
                    throw new DownloadException("the download failed: " + Reasons.of(e), e);
                }
                Thread.sleep(pause.toMillis() << (failed - 1));
            }
        }
    }
}
