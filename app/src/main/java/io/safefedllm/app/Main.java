package io.safefedllm.app;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.FailureCode;

/** Starts the process. */
public final class Main {
    /** How long a told verb may take to report its run and to complete its files. */
    private static final long GRACE_SECONDS = 30;

    private Main() {}

    /** Runs one verb and ends the process with its exit status. */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endEarly(console, shutdown), "shutdown"));

        int status = new CommandLineApp(console, System.getenv(), shutdown).run(args);

        shutdown.finish(status);
        System.exit(status);
    }

    /** Runs when the process is told to end, and finds nothing to do when the verb has ended by itself. */
    private static void endEarly(Console console, Shutdown shutdown) {
        shutdown.request();
        int status = shutdown.awaitFinish(GRACE_SECONDS, FailureCode.INTERRUPTED.exitStatus());
        console.out().flush();
        console.err().flush();
        Runtime.getRuntime().halt(status);
    }
}
