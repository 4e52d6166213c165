package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.model.Objective;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop on losses and gradients that are given, without a model. */
class TrainingLoopTest {
    private static final double TOLERANCE = 1e-6;
    private static final double RATE = 1e-3;

    /** A batch whose first token says what the objective answers, and whose labels count {@code trained}. */
    private static Batch batch(int value, int trained, int padding) {
        int length = trained + 1 + padding;
        int[][] ids = new int[1][length];
        int[][] mask = new int[1][length];
        int[][] labels = new int[1][length];
        for (int t = 0; t < length; t++) {
            ids[0][t] = value;
            mask[0][t] = t <= trained ? 1 : 0;
            labels[0][t] = t >= 1 && t <= trained ? value : TokenizedExample.IGNORED;
        }
        return Batch.of(ids, mask, labels);
    }

    /** Loss and gradient are the batch's first token. */
    private static final Objective ECHO = new Given() {
        @Override
        public double lossAndGradient(float[] parameters, Batch batch, float[] gradient) {
            gradient[0] = batch.id(0, 0);
            return batch.id(0, 0);
        }
    };

    private abstract static class Given implements Objective {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public void close() {}
    }

    private static List<StepReport> run(Objective objective, TrainingPlan plan, List<Batch> batches) {
        Iterator<Batch> next = batches.iterator();
        BatchSource source = next::next;
        List<StepReport> reports = new ArrayList<>();
        new TrainingLoop(objective, plan, LocalCorrection.NONE).run(new float[1], source, reports::add);
        return reports;
    }

    private static TrainingPlan averaging(Accumulation.Average average) {
        return TrainingPlan.of(1, 1, RATE, 1).withAccumulation(new Accumulation(2, average));
    }

    @Test
    void accumulation_meanOfBatches_countsEveryBatchOnce() {
        StepReport report = run(ECHO, averaging(Accumulation.Average.BATCHES), List.of(batch(2, 9, 0), batch(6, 1, 3)))
                .get(0);

        assertThat(report.loss()).isEqualTo(4);
        assertThat(report.gradientNorm()).isCloseTo(4, within(TOLERANCE));
    }

    @Test
    void accumulation_meanOfTokens_countsEveryTrainedTokenOnce() {
        StepReport report = run(ECHO, averaging(Accumulation.Average.TOKENS), List.of(batch(2, 9, 0), batch(6, 1, 3)))
                .get(0);

        assertThat(report.loss()).isCloseTo((9 * 2 + 6) / 10.0, within(TOLERANCE));
        assertThat(report.gradientNorm()).isCloseTo((9 * 2 + 6) / 10.0, within(TOLERANCE));
    }

    @Test
    void report_tokens_leaveThePaddingOut() {
        StepReport report = run(ECHO, averaging(Accumulation.Average.TOKENS), List.of(batch(2, 9, 0), batch(6, 1, 3)))
                .get(0);

        assertThat(report.tokens()).isEqualTo(10 + 2);
    }

    @Test
    void accumulation_lessThanOneBatch_isRefused() {
        assertThatThrownBy(() -> new Accumulation(0, Accumulation.Average.BATCHES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 but was 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[enforce fail at alloc_cpu.cpp:115] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.",
                "CUDA out of memory. Tried to allocate 20.00 MiB."
            })
    void step_engineLacksMemory_namesRowsAndLength(String message) {
        assertThatThrownBy(() -> fail(new EngineException(message)))
                .isInstanceOf(TrainingMemoryException.class)
                .hasMessageContaining("step 1, batch of 1 x 5 tokens: memory ran out")
                .hasMessageContaining("lower the batch size or the length")
                .hasMessageContaining(message);
    }

    @Test
    void step_heapIsFull_namesRowsAndLength() {
        assertThatThrownBy(() -> fail(new OutOfMemoryError("Java heap space")))
                .isInstanceOf(TrainingMemoryException.class)
                .hasMessageContaining("batch of 1 x 5 tokens");
    }

    @Test
    void step_engineFailsOtherwise_saysSo() {
        assertThatThrownBy(() -> fail(new EngineException("shape mismatch")))
                .isInstanceOf(TrainingException.class)
                .isNotInstanceOf(TrainingMemoryException.class)
                .hasMessageContaining("the engine failed: shape mismatch");
    }

    private static void fail(Throwable thrown) {
        Objective failing = new Given() {
            @Override
            public double lossAndGradient(float[] parameters, Batch batch, float[] gradient) {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            }
        };
        run(failing, TrainingPlan.of(1, 1, RATE, 1), List.of(batch(2, 4, 0)));
    }
}
