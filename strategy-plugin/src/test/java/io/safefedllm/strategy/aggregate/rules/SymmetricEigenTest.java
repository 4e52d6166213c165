package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {

    @Test
    void leading_knownMatrix_givesItsPair() {
        SymmetricEigen.Pair pair = SymmetricEigen.leading(new double[][] {{2, 1}, {1, 2}});

        assertThat(pair.value()).isCloseTo(3, within(1e-14));
        assertThat(pair.at(0) * pair.at(1)).isCloseTo(0.5, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1e-150, 1e60})
    void leading_randomMatrix_satisfiesItsEquation(double scale) {
        int m = 9;
        Random dice = new Random(5);
        double[][] matrix = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = scale * dice.nextGaussian();
                matrix[j][i] = matrix[i][j];
            }
        }

        SymmetricEigen.Pair pair = SymmetricEigen.leading(matrix);

        double norm = 0;
        for (int i = 0; i < m; i++) {
            double image = 0;
            for (int j = 0; j < m; j++) {
                image += matrix[i][j] * pair.at(j);
            }
            norm += pair.at(i) * pair.at(i);
            assertThat(image / scale).isCloseTo(pair.value() * pair.at(i) / scale, within(1e-13));
        }
        assertThat(norm).isCloseTo(1, within(1e-13));
        assertThat(pair.value()).isGreaterThan(0);
    }

    @Test
    void leading_zeroMatrix_isZeroWithAVector() {
        SymmetricEigen.Pair pair = SymmetricEigen.leading(new double[3][3]);

        assertThat(pair.value()).isZero();
        assertThat(pair.at(0)).isEqualTo(1);
    }
}
