package io.safefedllm.app.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the program which started this one is gone: the pipe that it holds open as this process's standard input
 * ends, whether it closed the pipe or was killed.
 */
public final class InputWatch {
    private static final Logger LOG = LoggerFactory.getLogger(InputWatch.class);

    private InputWatch() {}

    /**
     * Calls {@code atEnd} once, from a thread of its own, when {@code input} ends or can no longer be read. What comes from
     * it is thrown away. The thread does not keep the process alive.
     */
    public static void start(InputStream input, Runnable atEnd) {
        Thread thread = new Thread(() -> awaitEnd(input, atEnd), "input-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void awaitEnd(InputStream input, Runnable atEnd) {
        try {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("Standard input cannot be read and counts as ended", e);
        }
        atEnd.run();
    }
}
