package io.safefedllm.strategy.round;

import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.evidence.TaskOrder;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.exchange.TrainTask;
import io.safefedllm.strategy.settings.LocalSettings;
import io.safefedllm.strategy.settings.StrategySettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The network side of the rounds: waits for nodes, sends tasks, collects replies until all are there or time is up. */
final class RoundExchange {
    private static final String TRAIN = "train";
    private static final Duration NODE_POLL = Duration.ofSeconds(1);

    private final Grid grid;
    private final InstantSource clock;
    private final Pause pause;
    private final StrategySettings settings;
    private final ArrayRecord initial;

    RoundExchange(Grid grid, InstantSource clock, Pause pause, StrategySettings settings, LoraAdapter initial) {
        this.grid = grid;
        this.clock = clock;
        this.pause = pause;
        this.settings = settings;
        this.initial = TrainTask.arrays(initial);
    }

    /** What a message was for. */
    record Task(long nodeId, TaskKind kind) {}

    /** Takes the replies as they come. */
    interface Receiver {
        /** Takes a reply and returns whether the node must be sent a shadow task now. */
        boolean receive(Task task, Message reply);
    }

    /** A round on the wire: what the nodes of a round start from, and what each is asked. */
    interface Plan {
        /** Returns whether a node gets a shadow task beside the main task. */
        boolean needsShadowWithMain(long nodeId);

        /** Returns what a task asks the client to report. */
        Optional<EvidenceRequest> request(TaskKind task);

        /** Hears that the platform did not take a task for a node, which will therefore not answer. */
        void undelivered(long nodeId);

        /** Returns the control variate that goes with a node's main task, if clients train with one (BL-7). */
        Optional<ConfigRecord> control(long nodeId);
    }

    /**
     * Waits until enough nodes are online and returns all that are.
     *
     * @throws RunFailedException if there are too few when the round's time is up
     */
    List<Long> awaitNodes() throws InterruptedException {
        int needed = settings.course().sampling().needed();
        Instant deadline = clock.instant().plus(settings.course().timeout());
        while (true) {
            List<Long> nodes = grid.nodeIds();
            if (nodes.size() >= needed) {
                return nodes;
            }
            if (!clock.instant().isBefore(deadline)) {
                throw new RunFailedException("only " + nodes.size() + " of " + needed + " nodes were online after "
                        + settings.course().timeout().toSeconds()
                        + " seconds; start more or set strategy.min-available-nodes");
            }
            pause.pause(NODE_POLL);
        }
    }

    /** Sends the tasks of a round; of one that the platform refuses, the plan hears. */
    Map<String, Task> send(ServerRound round, LoraAdapter global, List<Long> nodes, Plan plan) {
        ArrayRecord arrays = TrainTask.arrays(global);
        List<Task> tasks = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        for (long node : nodes) {
            for (TaskKind kind : order(round, node, plan)) {
                tasks.add(new Task(node, kind));
                messages.add(message(node, content(node, kind, arrays, round, plan)));
            }
        }
        return sent(grid.send(messages), tasks, plan);
    }

    private static Map<String, Task> sent(List<String> ids, List<Task> tasks, Plan plan) {
        Map<String, Task> sent = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).isEmpty()) {
                plan.undelivered(tasks.get(i).nodeId());
            } else {
                sent.put(ids.get(i), tasks.get(i));
            }
        }
        return sent;
    }

    private List<TaskKind> order(ServerRound round, long node, Plan plan) {
        if (!plan.needsShadowWithMain(node)) {
            return List.of(TaskKind.MAIN);
        }
        return TaskOrder.shadowFirst(settings.seed(), round, node)
                ? List.of(TaskKind.SHADOW, TaskKind.MAIN)
                : List.of(TaskKind.MAIN, TaskKind.SHADOW);
    }

    private RecordDict content(long node, TaskKind kind, ArrayRecord global, ServerRound round, Plan plan) {
        RecordDict plain = TrainTask.withSavePath(plain(kind, global, round, plan), savePath());
        RecordDict task = withRecipe(plain, settings.local());
        return kind == TaskKind.MAIN
                ? plan.control(node)
                        .map(control -> TrainTask.withControl(task, control))
                        .orElse(task)
                : task;
    }

    /** Returns a task with what the settings ask of clients beside plain training. */
    static RecordDict withRecipe(RecordDict task, LocalSettings local) {
        return local.algorithm() == LocalSettings.Algorithm.FEDPROX
                ? TrainTask.withFedProx(task, local.fedproxMu())
                : task;
    }

    private String savePath() {
        return "results/" + Long.toUnsignedString(grid.runId());
    }

    private RecordDict plain(TaskKind kind, ArrayRecord global, ServerRound round, Plan plan) {
        return switch (kind) {
            case MAIN -> TrainTask.main(global, round, settings.seed(), plan.request(kind));
            case SHADOW ->
                TrainTask.shadow(
                        initial, round, settings.seed(), settings.evidence().shadowLearningRate(), plan.request(kind));
        };
    }

    private Message message(long node, RecordDict content) {
        Instant now = clock.instant();
        double createdAt = now.getEpochSecond() + now.getNano() * 1e-9;
        return Message.instruction(grid.runId(), node, TRAIN, content, "", createdAt);
    }

    /** Sends one node the shadow task that its main update has just made due. */
    private Map<String, Task> sendShadow(ServerRound round, long node, Plan plan) {
        RecordDict content = content(node, TaskKind.SHADOW, initial, round, plan);
        return sent(grid.send(List.of(message(node, content))), List.of(new Task(node, TaskKind.SHADOW)), plan);
    }

    /** Returns whether the node answered that was asked, or the platform in its place. */
    private static boolean isFrom(Task task, Message reply) {
        return reply.hasError() || reply.metadata().srcNodeId() == task.nodeId();
    }

    /** A task that was sent, and until when its answer counts. */
    private record Open(Task task, Instant deadline) {}

    /**
     * Hands over every reply that comes in time, and sends the shadow tasks that replies make due. Every task has the round's
     * time from when it was sent: a client that takes long can be audited and still answer, and a round with audits lasts at
     * most twice that time. The grid waits at most a tenth of a second in a poll, so no more is added to the time of the last
     * reply.
     */
    void collect(ServerRound round, Map<String, Task> sent, Plan plan, Receiver receiver) {
        Map<String, Open> open = open(sent);
        while (!open.isEmpty()) {
            for (Message reply : grid.poll(List.copyOf(open.keySet()))) {
                String id = reply.metadata().replyToMessageId();
                Open asked = open.get(id);
                if (asked != null && isFrom(asked.task(), reply)) {
                    open.remove(id);
                    if (receiver.receive(asked.task(), reply)) {
                        open.putAll(open(sendShadow(round, asked.task().nodeId(), plan)));
                    }
                }
            }
            Instant now = clock.instant();
            open.values().removeIf(late -> !now.isBefore(late.deadline()));
        }
    }

    private Map<String, Open> open(Map<String, Task> sent) {
        Instant deadline = clock.instant().plus(settings.course().timeout());
        Map<String, Open> open = new LinkedHashMap<>();
        sent.forEach((id, task) -> open.put(id, new Open(task, deadline)));
        return open;
    }
}
