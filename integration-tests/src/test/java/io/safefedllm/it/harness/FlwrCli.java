package io.safefedllm.it.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The ordinary {@code flwr} command against one SuperLink. */
public final class FlwrCli {

    static final String CONNECTION = "test";

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PythonEnvironment python;
    private final Path home;
    private final Path directory;

    FlwrCli(PythonEnvironment python, Path home, Path directory) {
        this.python = python;
        this.home = home;
        this.directory = directory;
    }

    /**
     * What {@code flwr ls} says about a run.
     *
     * @param status such as {@code running} or {@code finished:completed}
     * @param details why a run failed; empty where the release does not tell
     */
    public record RunStatus(String status, String details, String fabId, String fabHash) {
        public boolean isFinished() {
            return status.startsWith("finished");
        }
    }

    /**
     * Submits an app with {@code flwr run} and returns the id of the run as the command prints it.
     *
     * @param runConfig overrides as on the command line, such as {@code num-server-rounds=2 lr=0.5}; may be empty
     */
    public String run(FlowerApp app, String runConfig) {
        List<String> overrides = runConfig.isEmpty() ? List.of() : List.of("--run-config", runConfig);
        String output = command(
                Lists.concat(List.of("run", app.directory().toString(), CONNECTION, "--format", "json"), overrides));
        return json(output).path("run-id").asText();
    }

    public RunStatus status(String runId) {
        JsonNode run = json(command(List.of("ls", CONNECTION, "--run-id", runId, "--format", "json")))
                .path("runs")
                .path(0);
        String details = run.path("status-details").asText("");
        return new RunStatus(
                run.path("status").asText(),
                "N/A".equals(details) ? "" : details,
                run.path("fab-id").asText(),
                run.path("fab-hash").asText());
    }

    /** Waits until the run is over and returns how it ended; a stream of its log, which ends with it, tells. */
    public RunStatus awaitFinished(String runId, Duration limit) {
        long start = System.nanoTime();
        command(List.of("log", runId, CONNECTION, "--stream"), limit);
        Duration left = limit.minusNanos(System.nanoTime() - start);
        return Await.value("run " + runId + " is finished", left, () -> Optional.of(status(runId))
                .filter(RunStatus::isFinished));
    }

    /** What {@code flwr log} shows of a run. */
    public String log(String runId) {
        return command(List.of("log", runId, CONNECTION, "--show"));
    }

    /** Lets the SuperNode with this key join a federation that admits registered nodes only. */
    public void registerNode(Path publicKey) {
        command(List.of("supernode", "register", publicKey.toString(), CONNECTION));
    }

    public void stop(String runId) {
        command(List.of("stop", runId, CONNECTION));
    }

    private String command(List<String> arguments) {
        return command(arguments, COMMAND_LIMIT);
    }

    private String command(List<String> arguments, Duration limit) {
        Launch launch = new Launch(
                "flwr-" + arguments.get(0),
                Lists.concat(List.of(python.program("flwr")), arguments),
                python.variables(home),
                directory);
        try (ManagedProcess process = ManagedProcess.start(launch)) {
            int status = process.awaitExit(limit);
            if (status != 0) {
                throw new AssertionError("flwr " + String.join(" ", arguments) + " failed\n" + process.describe());
            }
            return process.output();
        }
    }

    private static JsonNode json(String output) {
        try {
            return JSON.readTree(output.substring(output.indexOf('{')));
        } catch (JsonProcessingException | IndexOutOfBoundsException e) {
            throw new AssertionError("flwr did not answer with JSON: " + output, e);
        }
    }
}
