package io.safefedllm.lab.report;

import java.util.List;

/**
 * The updates of one arm in two principal components.
 *
 * @param arm whose updates they are
 * @param points one for each reply
 * @param varianceShare what the first and the second component hold of all variance, each in [0, 1]
 */
public record UpdateMap(String arm, List<UpdatePoint> points, List<Double> varianceShare) {
    public UpdateMap {
        points = List.copyOf(points);
        varianceShare = List.copyOf(varianceShare);
    }
}
