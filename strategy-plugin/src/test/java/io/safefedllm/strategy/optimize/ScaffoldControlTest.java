package io.safefedllm.strategy.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.UpdateStore;
import org.junit.jupiter.api.Test;

class ScaffoldControlTest {

    @Test
    void next_changes_areSharedByAllClients() {
        CarriedState state = ScaffoldControl.next(
                CarriedState.empty(), rows(new double[] {4, 8}, new double[] {0, 8}), new double[] {1, 0.2}, 8);

        assertThat(ScaffoldControl.control(state, 2)).containsExactly(0.5, 2);
    }

    @Test
    void next_droppedOrBrokenClient_isLeftOut() {
        CarriedState state = ScaffoldControl.next(
                CarriedState.empty(),
                rows(new double[] {4}, new double[] {100}, new double[] {Double.NaN}),
                new double[] {1, 0, 1},
                2);

        assertThat(ScaffoldControl.control(state, 1)).containsExactly(2);
    }

    @Test
    void control_beforeTheFirstRound_isZero() {
        assertThat(ScaffoldControl.control(CarriedState.empty(), 3)).containsExactly(0, 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScaffoldControl.control(CarriedState.empty().with("scaffold.c", new double[2]), 3));
    }

    @Test
    void next_badArguments_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScaffoldControl.next(CarriedState.empty(), rows(new double[1]), new double[] {1}, 0))
                .withMessage("number of clients must be at least 1 but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScaffoldControl.next(CarriedState.empty(), rows(new double[1]), new double[2], 1));
    }

    private static UpdateStore rows(double[]... values) {
        return new UpdateStore() {
            @Override
            public int rows() {
                return values.length;
            }

            @Override
            public int width() {
                return values[0].length;
            }

            @Override
            public void read(int row, int from, double[] block, int length) {
                System.arraycopy(values[row], from, block, 0, length);
            }
        };
    }
}
