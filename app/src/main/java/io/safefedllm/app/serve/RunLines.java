package io.safefedllm.app.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.flower.app.ExecutorListener;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.RunStoppedException.Reason;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.round.RoundListener;
import io.safefedllm.strategy.round.RunDirectory;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what an executor does: one line an event, as text or as JSON. Runs may be served at the same time, each on a thread of its
 * own, from which all its events come.
 */
final class RunLines implements ExecutorListener, RoundListener {
    private final PrintStream out;
    private final boolean json;
    private final Path stateDirectory;
    private final JsonMapper mapper = new JsonMapper();
    private final ThreadLocal<Served> current = ThreadLocal.withInitial(() -> new Served("", 0));
    private volatile boolean stopped;

    /**
     * Prints to {@code out}.
     *
     * @param stateDirectory where the files of runs are
     */
    RunLines(PrintStream out, boolean json, Path stateDirectory) {
        this.out = out;
        this.json = json;
        this.stateDirectory = stateDirectory;
    }

    /** Says that the SuperLink answers. */
    public void ready(RunLink link, RunFilter filter) {
        print(
                "waiting for " + filter + " at " + link.address() + " (" + link.generation() + ")",
                event("ready", "address", link.address(), "generation", link.generation(), "runs", filter.toString()));
    }

    /** Returns whether a run was stopped because this process ends. */
    boolean wasStopped() {
        return stopped;
    }

    @Override
    public void takenUp(RunClaim claim) {
        print(claim, "goes on after a restart", "taken-up");
    }

    @Override
    public void over(RunClaim claim) {
        String run = Long.toUnsignedString(claim.runId());
        RunDirectory directory = RunDirectory.in(stateDirectory, claim.runId());
        String from = Files.exists(directory.ledger()) ? directory.root().toString() : "";
        print(
                "run " + run + ": over: it had completed, was ended or stopped, or no heartbeat came in time; "
                        + (from.isEmpty()
                                ? "nothing of it was kept"
                                : "a new run with safe-fedllm.resume-from=" + from
                                        + " goes on after its last finished round"),
                event("over", "run", run, "resumeFrom", from));
    }

    @Override
    public void started(RunInputs inputs) {
        String run = Long.toUnsignedString(inputs.runId());
        current.set(new Served(run, 0));
        String app = inputs.app().fabId() + " " + inputs.app().fabVersion();
        print("run " + run + ": " + app, event("started", "run", run, "app", app));
    }

    @Override
    public void handedOn(RunClaim claim) {
        print(claim, "handed to flwr-serverapp", "handed-on");
    }

    /** Says that the process ends when {@code runs} runs have ended that others carry out. */
    void waitingForOthers(int runs) {
        print(
                "waiting for " + runs + (runs == 1 ? " run" : " runs") + " handed to flwr-serverapp; Ctrl-C ends "
                        + (runs == 1 ? "it" : "them"),
                event("waiting-for-others", "runs", runs));
    }

    private void print(RunClaim claim, String text, String type) {
        String run = Long.toUnsignedString(claim.runId());
        print("run " + run + ": " + text, event(type, "run", run));
    }

    @Override
    public void ended(RunOutcome outcome) {
        if (outcome.status() == RunStatus.STOPPED
                && !(outcome.cause() instanceof RunStoppedException cause && cause.reason() != Reason.CLOSING)) {
            stopped = true;
        }
        String id = Long.toUnsignedString(outcome.runId());
        String status = outcome.status().name().toLowerCase(Locale.ROOT);
        print(
                "run " + id + ": " + status + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason()),
                event("ended", "run", id, "status", status, "reason", outcome.reason()));
    }

    @Override
    public void runStarted(StrategySettings settings) {
        current.set(new Served(current.get().run(), settings.course().rounds()));
    }

    @Override
    public void roundFinished(RoundReport report) {
        long replies =
                report.clients().stream().filter(ClientReport::isAdmitted).count();
        long untrusted = report.clients().stream()
                .filter(client -> client.weight() == 0.0)
                .count();
        String skipped = report.skipped().map(Enum::name).orElse("");
        print(
                String.format(
                        Locale.ROOT,
                        "run %s: round %d/%d, %d of %d clients count, %d with weight 0, mean weight %.3f%s",
                        current.get().run(),
                        report.round().number(),
                        current.get().rounds(),
                        replies,
                        report.clients().size(),
                        untrusted,
                        report.meanWeight(),
                        skipped.isEmpty() ? "" : ", skipped: " + skipped),
                event(
                        "round",
                        "run",
                        current.get().run(),
                        "round",
                        report.round().number(),
                        "clients",
                        report.clients().size(),
                        "counted",
                        replies,
                        "weightZero",
                        untrusted,
                        "meanWeight",
                        report.meanWeight(),
                        "skipped",
                        skipped));
    }

    private void print(String text, Map<String, Object> event) {
        if (!json) {
            out.println(text);
            return;
        }
        try {
            out.println(mapper.writeValueAsString(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings and numbers can always be written as JSON", e);
        }
    }

    private static Map<String, Object> event(String type, Object... namesAndValues) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            event.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return event;
    }

    /** The run that a thread serves. */
    private record Served(String run, int rounds) {}
}
