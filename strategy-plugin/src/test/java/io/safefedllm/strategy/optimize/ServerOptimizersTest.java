package io.safefedllm.strategy.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptimizersTest {
    private static final int WIDE = (1 << 16) + 1;

    @Test
    void step_none_takesTheAggregateOverToTheBit() {
        ServerStep step = step("none", 0.1, 0.7, CarriedState.empty());

        assertThat(step.at(0)).isEqualTo(0.7);
        assertThat(step.width()).isEqualTo(1);
        assertThat(step.toFloat32()).containsExactly(0.7f);
        assertThat(step.state()).isEqualTo(CarriedState.empty());
    }

    @Test
    void step_fedAvgM_firstAppliedRoundTakesTheWholeDifference() {
        ServerStep first = step("fedavgm", 1, 3, CarriedState.empty());
        ServerStep second = step("fedavgm", 3, 3, first.state());

        assertThat(first.at(0)).isEqualTo(3);
        assertThat(second.at(0)).isCloseTo(3 + 0.9 * 2, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"fedadagrad, 0.250001", "fedadam, 0.00250099", "fedyogi, 0.002501"})
    void step_adaptive_dividesByTheRootOfItsMoment(String name, double moment) {
        ServerStep step = step(name, 1, 1.5, CarriedState.empty());

        assertThat(step.at(0)).isCloseTo(1 + 1e-3 * 0.5 / (Math.sqrt(moment) + 1e-3), within(1e-15));
        assertThat(step.state().get(name + ".v").orElseThrow()[0]).isCloseTo(moment, within(1e-15));
    }

    @Test
    void step_fedYogi_momentEqualToTheSquare_staysAsItIs() {
        ServerStep step = step("fedyogi", 0, 1e-3, CarriedState.empty());

        assertThat(step.state().get("fedyogi.v").orElseThrow()[0]).isEqualTo(1e-3 * 1e-3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedavgm", "fedadam", "fedyogi", "fedadagrad"})
    void step_skippedRound_leavesTheStateToTheNextOne(String name) {
        CarriedState before = step(name, 0, 1, CarriedState.empty()).state();
        CarriedState copy = CarriedState.empty();
        for (String array : before.names()) {
            copy = copy.with(array, before.get(array).orElseThrow());
        }

        step(name, 1, 5, before);

        assertThat(before).isEqualTo(copy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "fedavgm", "fedadam", "fedyogi", "fedadagrad"})
    void step_wideAdapter_movesEveryElementAlikeAndKeepsForeignState(String name) {
        double[] aggregate = new double[WIDE];
        Arrays.fill(aggregate, 2.0);
        CarriedState foreign = CarriedState.empty().with("centred-clipping.z", new double[] {4});

        ServerStep step = ServerOptimizers.named(name, OptimizerSettings.DEFAULTS)
                .step(
                        (from, block, length) -> Arrays.fill(block, 0, length, 1.0),
                        Aggregate.wrap(aggregate, List.of(0), false, foreign),
                        foreign);

        assertThat(step.at(WIDE - 1)).isEqualTo(step.at(0)).isGreaterThan(1);
        assertThat(step.state().get("centred-clipping.z")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedavgm", "fedadam", "fedyogi", "fedadagrad"})
    void step_stateOfAnotherAdapter_isRefused(String name) {
        CarriedState state =
                CarriedState.empty().with(name + ".m", new double[2]).with(name + ".v", new double[2]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> step(name, 0, 1, state))
                .withMessageContaining("must have 1 elements but has 2");
    }

    @Test
    void named_unknown_isRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptimizers.named("adam", OptimizerSettings.DEFAULTS))
                .withMessage(
                        "unknown server optimizer 'adam'; choose one of none, fedavgm, fedadam, fedyogi, fedadagrad");
        assertThat(ServerOptimizers.names()).allSatisfy(name -> assertThat(
                        ServerOptimizers.named(name, OptimizerSettings.DEFAULTS).name())
                .isEqualTo(name));
    }

    @Test
    void plainMeanWithoutWeights_adaptiveOnes_only() {
        assertThat(ServerOptimizers.names())
                .filteredOn(name ->
                        ServerOptimizers.named(name, OptimizerSettings.DEFAULTS).plainMeanWithoutWeights())
                .containsExactly("fedadam", "fedyogi", "fedadagrad");
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OptimizerSettings(0, 1, 0, 0))
                .withMessage("server.learning-rate must be a number above 0 but was 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new OptimizerSettings(1, Double.NaN, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new OptimizerSettings(1, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new OptimizerSettings(1, 1, 0, -0.1));
    }

    private static ServerStep step(String name, double global, double aggregate, CarriedState state) {
        GlobalValues values = (from, block, length) -> block[0] = global;
        return ServerOptimizers.named(name, OptimizerSettings.DEFAULTS)
                .step(values, Aggregate.wrap(new double[] {aggregate}, List.of(0), false, state), state);
    }
}
