package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.PrincipalComponents;
import io.safefedllm.lab.report.UpdateMap;
import io.safefedllm.lab.report.UpdatePoint;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what the clients of one arm do: seconds, and the updates for the plot. Confined to one thread. */
final class ArmWatch {
    private static final double NANOS = 1e9;

    /** Coordinates of an update that the plot looks at, evenly spread; enough to see what there is to see. */
    private static final int MOST_COORDINATES = 1 << 15;

    private final String arm;
    private final Set<Integer> hostile;
    private final SimulationListener listener;
    private final Map<Mark, Double> losses = new HashMap<>();
    private final List<Mark> marks = new ArrayList<>();
    private final Set<Mark> strikes = new HashSet<>();
    private final List<float[]> rows = new ArrayList<>();
    private long trainNanos;
    private long shadowNanos;
    private long reusedNanos;

    ArmWatch(String arm, Set<Integer> hostile, SimulationListener listener) {
        this.arm = arm;
        this.hostile = hostile;
        this.listener = listener;
    }

    private record Mark(int round, int client) {}

    /** Returns what hears of the trainings of one client. */
    SimulatedClient.TrainingWatch client(int client) {
        return (round, shadow, entry) -> trained(new Mark(round, client), shadow, entry);
    }

    private void trained(Mark mark, boolean shadow, TrainingMemo.Entry entry) {
        double loss = entry.result().meanLoss();
        if (!shadow) {
            losses.put(mark, loss);
        }
        listener.clientTrained(
                arm,
                new ClientTraining(
                        mark.round(),
                        mark.client(),
                        hostile.contains(mark.client()),
                        shadow,
                        loss,
                        entry.nanos() / NANOS,
                        entry.reused()));
        trainNanos += shadow ? 0 : entry.nanos();
        shadowNanos += shadow ? entry.nanos() : 0;
        reusedNanos += entry.reused() ? entry.nanos() : 0;
    }

    /** Charges a training of the server's own as extra. */
    void trainedByServer(TrainingMemo.Entry entry) {
        shadowNanos += entry.nanos();
        reusedNanos += entry.reused() ? entry.nanos() : 0;
    }

    void replied(int round, int client, LoraAdapter from, LoraAdapter to) {
        float[] update = LoraUpdate.between(from, to).toArray();
        int stride = (update.length + MOST_COORDINATES - 1) / MOST_COORDINATES;
        float[] row = new float[(update.length + stride - 1) / stride];
        for (int i = 0; i < row.length; i++) {
            row[i] = update[i * stride];
        }
        marks.add(new Mark(round, client));
        rows.add(row);
    }

    void struck(int round, int client) {
        strikes.add(new Mark(round, client));
    }

    /** Returns whether the client attacked in that round. */
    boolean hasStruck(int round, int client) {
        return strikes.contains(new Mark(round, client));
    }

    /** Returns the mean loss of a client's training in that round, null if it did not train. */
    @Nullable Double loss(int round, int client) {
        return losses.get(new Mark(round, client));
    }

    double trainSeconds() {
        return trainNanos / NANOS;
    }

    double shadowSeconds() {
        return shadowNanos / NANOS;
    }

    double reusedSeconds() {
        return reusedNanos / NANOS;
    }

    UpdateMap map() {
        PrincipalComponents plane = PrincipalComponents.of(rows);
        List<UpdatePoint> points = new ArrayList<>();
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            points.add(new UpdatePoint(
                    mark.round(), mark.client(), hostile.contains(mark.client()), plane.x(i), plane.y(i)));
        }
        return new UpdateMap(arm, points, plane.varianceShare());
    }
}
