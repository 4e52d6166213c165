package io.safefedllm.app;

import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The whole program in this process, with its streams caught. */
public final class Harness {
    public final Map<String, String> environment = new HashMap<>();
    public final Shutdown shutdown = new Shutdown();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    public int run(String... args) {
        return new CommandLineApp(console(), environment, shutdown).run(args);
    }

    Console console() {
        return new Console(stream(out), stream(err), false);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
