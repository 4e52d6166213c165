package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LevelCurvesTest {
    @Test
    void clientRaw_goldenScores_agrees() {
        Golden golden = Golden.read("levels-client-curve");
        double[] scores = Golden.numbers(golden.inputs().get("score"));

        double[] raw = Arrays.stream(scores)
                .map(score -> LevelCurves.clientRaw(score, 10.0))
                .toArray();

        golden.assertAgrees(raw, Golden.numbers(golden.expected().get("raw")));
    }

    @Test
    void shadow_goldenShares_agrees() {
        Golden golden = Golden.read("levels-client-curve");
        double[] shares = Golden.numbers(golden.inputs().get("share"));

        double[] weights = Arrays.stream(shares)
                .map(share -> LevelCurves.shadow(share, 7.0))
                .toArray();

        golden.assertAgrees(weights, Golden.numbers(golden.expected().get("shadow")));
    }
}
