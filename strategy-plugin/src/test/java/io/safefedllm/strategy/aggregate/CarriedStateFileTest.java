package io.safefedllm.strategy.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.store.NamedTensor;
import io.safefedllm.probe.store.SafetensorsWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarriedStateFileTest {
    private static final int WIDE = (1 << 17) + 3;

    private final Path file;

    CarriedStateFileTest(@TempDir Path directory) {
        this.file = directory.resolve("round-1").resolve("state.safetensors");
    }

    @Test
    void read_whatWasWritten_isTheSameToTheBit() throws IOException {
        double[] wide = new double[WIDE];
        for (int i = 0; i < WIDE; i++) {
            wide[i] = Math.sin(i) * 1e-17;
        }
        CarriedState state = CarriedState.empty()
                .with("fedadam.v", wide)
                .with("fedadam.m", new double[] {Math.PI, -0.0, Double.MIN_VALUE, Double.MAX_VALUE});

        CarriedStateFile.write(file, state);

        CarriedState back = CarriedStateFile.read(file);
        assertThat(back).isEqualTo(state);
        assertThat(back.names()).containsExactly("fedadam.m", "fedadam.v");
        assertThat(back.get("fedadam.v").orElseThrow()[WIDE - 1]).isEqualTo(wide[WIDE - 1]);
        assertThat(back.hashCode()).isEqualTo(state.hashCode());
    }

    @Test
    void write_emptyState_isAFileWithoutTensors() throws IOException {
        CarriedStateFile.write(file, CarriedState.empty());

        assertThat(CarriedStateFile.read(file)).isEqualTo(CarriedState.empty());
        assertThat(Files.size(file)).isEqualTo(16);
    }

    @Test
    void write_sameState_givesTheSameBytes() throws IOException {
        CarriedState state = CarriedState.empty().with("a", new double[] {1, 2}).with("b", new double[] {3});
        CarriedState other = CarriedState.empty().with("b", new double[] {3}).with("a", new double[] {1, 2});
        CarriedStateFile.write(file, state);
        byte[] bytes = Files.readAllBytes(file);

        CarriedStateFile.write(file, other);

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void read_otherTypeOrBrokenFile_isRefused() throws IOException {
        SafetensorsWriter.write(
                file, List.of(new NamedTensor("m", List.of(1), FloatBuffer.wrap(new float[1]))), Map.of());
        assertThatThrownBy(() -> CarriedStateFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("F32");

        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> CarriedStateFile.read(file)).isInstanceOf(IOException.class);
    }

    @Test
    void with_arrays_areCopiedInAndOut() {
        double[] values = {1, 2};
        CarriedState state = CarriedState.empty().with("a", values);
        values[0] = 9;
        state.get("a").orElseThrow()[1] = 9;

        assertThat(state.get("a").orElseThrow()).containsExactly(1, 2);
        assertThat(state.get("b")).isEmpty();
        assertThat(CarriedState.empty().names()).isEmpty();
        assertThat(state).isNotEqualTo(CarriedState.empty().with("a", new double[] {1, 3}));
    }
}
