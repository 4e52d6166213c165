package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunFilter.Verdict;
import io.safefedllm.flower.proto.ClaimTaskRequest;
import io.safefedllm.flower.proto.ClaimTaskResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.PullPendingTasksRequest;
import io.safefedllm.flower.proto.PullPendingTasksResponse;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.proto.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * How a task was claimed from 1.30 to 1.39: all that wait are listed with their type and FAB hash, and those that are wanted
 * are claimed one by one.
 *
 * <p>Up to 1.34 the run of a task can be looked up before the claim, so nothing foreign is ever claimed. Later a filter of FAB ids
 * may stay undecided; such a task is claimed, and its inputs decide.
 */
public final class PendingTasks implements TaskClaims {

    private final String generation;
    private final Launcher launcher;
    private final boolean showsRuns;
    private final Map<Long, Run> seen = new ConcurrentHashMap<>();

    private PendingTasks(String generation, Launcher launcher, boolean showsRuns) {
        this.generation = generation;
        this.launcher = launcher;
        this.showsRuns = showsRuns;
    }

    /** Returns the form for wires that show a task's run to a launcher. */
    public static PendingTasks withRuns(String generation, Launcher launcher) {
        return new PendingTasks(generation, launcher, true);
    }

    /** Returns the form for wires that show no more than the task. */
    public static PendingTasks withoutRuns(String generation, Launcher launcher) {
        return new PendingTasks(generation, launcher, false);
    }

    /** Claims the first task that the filter does not refuse, or nothing if there is none or others were faster. */
    @Override
    public Optional<RunClaim> claim(RunFilter filter) {
        List<Task> tasks = pending();
        seen.keySet().retainAll(tasks.stream().map(Task::getRunId).collect(Collectors.toSet()));
        for (Task task : tasks) {
            Optional<RunClaim> claim = decide(task, filter) == Verdict.FOREIGN ? Optional.empty() : claim(task);
            if (claim.isPresent()) {
                return claim;
            }
        }
        return Optional.empty();
    }

    private List<Task> pending() {
        return launcher
                .call(
                        CallKind.REPEATABLE,
                        "PullPendingTasks",
                        PullPendingTasksRequest.getDefaultInstance(),
                        PullPendingTasksResponse.getDefaultInstance())
                .getTasksList()
                .stream()
                .filter(task -> task.getType().equals(TaskDialect.SERVER_APP))
                .toList();
    }

    private Verdict decide(Task task, RunFilter filter) {
        Verdict verdict = filter.decide(Optional.empty(), known(task.getFabHash()));
        if (verdict != Verdict.UNDECIDED || !showsRuns) {
            return verdict;
        }
        Run run = seen.computeIfAbsent(task.getRunId(), this::look);
        return filter.decide(known(run.getFabId()), known(run.getFabHash()));
    }

    private Run look(long runId) {
        GetRunRequest request = GetRunRequest.newBuilder().setRunId(runId).build();
        return launcher.call(CallKind.REPEATABLE, "GetRun", request, GetRunResponse.getDefaultInstance())
                .getRun();
    }

    private Optional<RunClaim> claim(Task task) {
        ClaimTaskRequest request =
                ClaimTaskRequest.newBuilder().setTaskId(task.getTaskId()).build();
        ClaimTaskResponse answer =
                launcher.call(CallKind.ONCE, "ClaimTask", request, ClaimTaskResponse.getDefaultInstance());
        if (answer.getToken().isEmpty()) {
            return Optional.empty();
        }
        Run run = seen.getOrDefault(task.getRunId(), Run.getDefaultInstance());
        return Optional.of(RunClaim.of(generation, task.getRunId(), answer.getToken())
                .taskId(task.getTaskId())
                .fabId(run.getFabId())
                .fabHash(task.getFabHash().isEmpty() ? run.getFabHash() : task.getFabHash())
                .build());
    }

    private static Optional<String> known(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
