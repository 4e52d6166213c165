package io.safefedllm.lab.simulate;

import io.safefedllm.lab.report.PrincipalComponents;
import io.safefedllm.lab.report.UpdateMap;
import io.safefedllm.lab.report.UpdatePoint;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what the clients of one arm do: seconds, and the updates for the plot. Confined to one thread. */
final class ArmWatch implements SimulatedClient.TrainingWatch {
    private static final double NANOS = 1e9;

    /** Coordinates of an update that the plot looks at, evenly spread; enough to see what there is to see. */
    private static final int MOST_COORDINATES = 1 << 15;

    private final Set<Integer> hostile;
    private final List<Mark> marks = new ArrayList<>();
    private final Set<Mark> strikes = new HashSet<>();
    private final List<float[]> rows = new ArrayList<>();
    private long trainNanos;
    private long shadowNanos;
    private long reusedNanos;

    ArmWatch(Set<Integer> hostile) {
        this.hostile = hostile;
    }

    private record Mark(int round, int client) {}

    @Override
    public void trained(TrainingMemo.Entry entry, boolean shadow) {
        trainNanos += shadow ? 0 : entry.nanos();
        shadowNanos += shadow ? entry.nanos() : 0;
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

    double trainSeconds() {
        return trainNanos / NANOS;
    }

    double shadowSeconds() {
        return shadowNanos / NANOS;
    }

    double reusedSeconds() {
        return reusedNanos / NANOS;
    }

    UpdateMap map(String arm) {
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
