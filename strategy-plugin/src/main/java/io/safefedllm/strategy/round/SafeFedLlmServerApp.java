package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;

/**
 * The Safe-FedLLM strategy as a ServerApp: plays the rounds of one run after the other.
 *
 * <p>Settings come from the builder's defaults and, over them, from the run config. Everything that can be wrong with
 * them, the probe or the first adapter ends the run before any node is asked for anything. Each run gets a directory of
 * its own, whose files are complete however the run ends: started again with the directory of a run that was cut off, the
 * app goes on after its last finished round, and the same replies give the same bytes as if nothing had happened (SF-7.11).
 * Several runs may be played at the same time, each on a thread of its own, as long as the builder was given no scorer, policy or
 * canary to share between them and a directory for each. They may share {@link CanaryClients} whose apps are safe for use by several
 * threads.
 *
 * <p>A run ends with {@link SettingsException} (settings), {@link RunFailedException} (too few nodes), {@link IOException}
 * or {@link java.io.UncheckedIOException} (files), and whatever the grid throws; never because of what a client sent.
 */
public final class SafeFedLlmServerApp implements ServerApp {
    private final ServerAppBuilder parts;

    SafeFedLlmServerApp(ServerAppBuilder parts) {
        this.parts = parts;
    }

    /** Returns a builder; at least a first adapter and a directory must be given. */
    public static ServerAppBuilder builder() {
        return new ServerAppBuilder();
    }

    @Override
    public void run(Grid grid, ServerContext context) throws IOException, InterruptedException {
        try (RunPlan plan = RunPlan.prepare(parts, context)) {
            RunDirectory directory = parts.directory(context.runId());
            try (RunState state = RunState.open(plan, directory, context.runId())) {
                RoundPlayer player = new RoundPlayer(plan, grid, context, directory, state);
                player.start();
                while (state.finished() < plan.settings().course().rounds()) {
                    player.play(state.next());
                }
                player.finish();
            }
        }
    }
}
