package io.safefedllm.it.harness;

import io.safefedllm.app.CommandLineApp;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call of our own command line in the process of the tests, which saves the start of another: for many calls that end soon.
 *
 * @param status the exit status that the process would have
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error, the log aside
 */
public record ProgramCall(int status, String out, String err) {

    /** Makes the call and waits for its end; a call that takes longer is told to end and fails the test. */
    public static ProgramCall of(List<String> arguments, Duration limit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shutdown shutdown = new Shutdown();
        CommandLineApp program = new CommandLineApp(new Console(stream(out), stream(err), false), Map.of(), shutdown);
        CompletableFuture<Integer> status =
                CompletableFuture.supplyAsync(() -> program.run(arguments.toArray(new String[0])));
        try {
            int ended = status.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new ProgramCall(ended, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (TimeoutException | ExecutionException e) {
            shutdown.request();
            throw new AssertionError(String.join(" ", arguments) + " did not end: " + out + err, e);
        } catch (InterruptedException e) {
            shutdown.request();
            throw new AssertionError("interrupted", e);
        }
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
