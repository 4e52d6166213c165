package io.safefedllm.app.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.Harness;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.store.LabelledUpdateWriter;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.probe.store.UpdateOrigin;
import io.safefedllm.strategy.settings.SettingCard;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
    private static final Path BUNDLED =
            Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama", "probe.sflp");
    private static final int MOST_BYTES = 300_000;
    private static final LoraConfig CONFIG = new LoraConfig(2, 4, 0.0, List.of("q_proj", "v_proj"), "tiny");
    private static final AdapterLayout LAYOUT = layout();

    private final Harness program = new Harness();

    @TempDir
    private Path directory;

    private Path updates;
    private Path probe;

    @BeforeEach
    void writeUpdates() throws IOException {
        updates = directory.resolve("updates");
        probe = directory.resolve("p.sflp");
        write(updates, 20, 1, false);
        write(updates.resolve("calibration"), 99, 2, false);
    }

    @Test
    void inspect_bundledProbe_hasAllViewsBothOpinionsAndTheirCalibration() throws IOException {
        int status = program.run("probe", "inspect", "--json", BUNDLED.toString());

        JsonNode card = new JsonMapper().readTree(program.out());
        assertThat(status).isZero();
        assertThat(card.get("thresholds").fieldNames())
                .toIterable()
                .containsExactly("first_b", "rest_b", "all_b", "layer_b", "gram_v");
        assertThat(card.at("/card/views")).hasSize(5).allSatisfy(view -> {
            assertThat(view.at("/calibration/sigma0").asDouble()).isPositive();
            assertThat(view.at("/calibration/alpha").asDouble()).isEqualTo(0.01);
            assertThat(view.at("/heldOut/falseAlarmRate").asDouble()).isLessThanOrEqualTo(0.01);
            assertThat(view.at("/heldOut/benign").asInt()).isGreaterThanOrEqualTo(400);
        });
        assertThat(card.at("/card/views/0/heldOut/detectionRate").asDouble()).isEqualTo(1);
        assertThat(card.at("/card/views/1/heldOut/detectionRate").asDouble()).isEqualTo(1);
        assertThat(card.at("/card/views/2/heldOut/detectionRate").asDouble()).isEqualTo(1);
        assertThat(Files.size(BUNDLED)).isLessThan(MOST_BYTES);
    }

    @Test
    void train_default_givesCalibratedViewsAndOpinions() throws IOException {
        int status = program.run("probe", "train", "--device", "cpu", "--updates", updates.toString(), "--out", out());

        ProbeSet probes = ProbeFile.read(probe);
        assertThat(program.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(probes.views()).extracting(ProbeView::name).containsExactly("first_b", "rest_b", "all_b");
        assertThat(probes.views()).noneMatch(view -> view.threshold() == ProbeView.PAPER_THRESHOLD);
        assertThat(probes.opinions().names()).containsExactly("layer_b", "gram_v");
        assertThat(probes.card().recipes()).hasSize(1);
        assertThat(program.out()).contains("sigma_0", "layer_b", "gram_v", "max-source 0.01");
    }

    @Test
    void train_noOpinionsAndUncalibrated_givesThePapersProbe() throws IOException {
        program.run(
                "probe",
                "train",
                "--device",
                "cpu",
                "--no-opinions",
                "--uncalibrated",
                "--views",
                "first_b",
                "--updates",
                updates.toString(),
                "--out",
                out());

        ProbeSet probes = ProbeFile.read(probe);
        assertThat(probes.views()).extracting(ProbeView::threshold).containsExactly(ProbeView.PAPER_THRESHOLD);
        assertThat(probes.opinions().isEmpty()).isTrue();
    }

    @Test
    void train_withoutNormalisation_givesAProbeThatReadsFeaturesAsTheyAre() throws IOException {
        int status = program.run(
                "probe",
                "train",
                "--device",
                "cpu",
                "--set",
                "safe-fedllm.probe.normalize=none",
                "--updates",
                updates.toString(),
                "--out",
                out());

        ProbeSet probes = ProbeFile.read(probe);
        assertThat(status).isZero();
        assertThat(probes.views())
                .hasSize(3)
                .allSatisfy(view -> assertThat(view.probe().normalisation()).isEqualTo(Normalisation.NONE));
        assertThat(probes.opinions().layers())
                .isNotEmpty()
                .allSatisfy(view -> assertThat(view.probe().normalisation()).isEqualTo(Normalisation.NONE));
    }

    @Test
    void train_sourcesInsteadOfHarm_isRefusedUnlessPaperFaithful() throws IOException {
        Path confounded = directory.resolve("confounded");
        write(confounded, 20, 3, true);
        String[] train = {
            "probe", "train", "--device", "cpu", "--uncalibrated", "--updates", confounded.toString(), "--out", out()
        };

        int refused = program.run(train);
        int faithful = program.run(with(train, "--paper-faithful"));

        assertThat(refused).isEqualTo(1);
        assertThat(program.err()).contains("learns the source instead of the harm");
        assertThat(faithful).isZero();
    }

    @Test
    void train_uncalibratedAndACalibrationMode_isRefused() {
        int status = program.run(
                "probe",
                "train",
                "--device",
                "cpu",
                "--uncalibrated",
                "--mode",
                "pooled",
                "--updates",
                updates.toString(),
                "--out",
                out());

        assertThat(status).isEqualTo(2);
        assertThat(program.err())
                .contains("--mode sets safe-fedllm.calibration.mode to pooled but --uncalibrated to off");
        assertThat(probe).doesNotExist();
    }

    @Test
    void train_settingOutOfRange_isWrongUsage() {
        int status = program.run("probe", "train", "--epochs", "0", "--updates", updates.toString(), "--out", out());

        assertThat(status).isEqualTo(2);
        assertThat(program.err()).contains("--epochs: safe-fedllm.trainer.epochs must be a whole number of at least 1");
    }

    @Test
    void train_settingsFromFileAndSet_areThoseOfTheOptions() throws IOException {
        Path config = Files.writeString(
                directory.resolve("own.toml"),
                """
                [safe-fedllm.trainer]
                epochs = 1
                learning-rate = 0.05
                """);
        String[] common = {
            "probe", "train", "--device", "cpu", "--no-opinions", "--updates", updates.toString(), "--out", out()
        };
        program.run(with(common, "--epochs", "2", "--learning-rate", "0.02", "--alpha", "0.05", "--seed", "7"));
        byte[] byOptions = Files.readAllBytes(probe);

        int status = program.run(with(
                common,
                "--config",
                config.toString(),
                "--set",
                "safe-fedllm.trainer.epochs=2",
                "--learning-rate",
                "0.02",
                "--set",
                "safe-fedllm.calibration.alpha=0.05",
                "--set",
                "safe-fedllm.seed=7"));

        assertThat(program.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(Files.readAllBytes(probe)).isEqualTo(byOptions);
        assertThat(program.run(with(common, "--config", config.toString(), "--alpha", "0.05", "--seed", "7")))
                .isZero();
        assertThat(Files.readAllBytes(probe))
                .as("the file alone says otherwise")
                .isNotEqualTo(byOptions);
    }

    @Test
    void train_optionAgainstSet_isWrongUsage() {
        int status = program.run(
                "probe",
                "train",
                "--epochs",
                "5",
                "--set",
                "safe-fedllm.trainer.epochs=7",
                "--updates",
                updates.toString(),
                "--out",
                out());

        assertThat(status).isEqualTo(2);
        assertThat(program.err())
                .contains("--epochs says 5 but --set safe-fedllm.trainer.epochs says 7. Give one of the two");
    }

    @Test
    void train_modeAndCalibrationBySetting_giveThePapersProbe() throws IOException {
        program.run(
                "probe",
                "train",
                "--device",
                "cpu",
                "--set",
                "safe-fedllm.mode=paper-faithful",
                "--views",
                "first_b",
                "--updates",
                updates.toString(),
                "--out",
                out());

        ProbeSet probes = ProbeFile.read(probe);
        assertThat(probes.views()).extracting(ProbeView::threshold).containsExactly(ProbeView.PAPER_THRESHOLD);
        assertThat(probes.opinions().isEmpty()).isTrue();
    }

    @Test
    void calibrate_moreScoresAskedForThanThere_isRefused() {
        program.run("probe", "train", "--device", "cpu", "--updates", updates.toString(), "--out", out());

        int status = program.run(
                "probe",
                "calibrate",
                "--set",
                "safe-fedllm.calibration.min-scores=100",
                "--updates",
                updates.resolve("calibration").toString(),
                "--out",
                directory.resolve("more.sflp").toString(),
                out());

        assertThat(status).isEqualTo(1);
        assertThat(program.err()).contains("needs at least 100");
    }

    @Test
    void train_help_statesTheDefaultsOfTheSettings() {
        program.run("probe", "train", "--help");

        String help = program.out().replaceAll("\\s+", " ");
        for (String option : List.of(
                "learning-rate",
                "weight-decay",
                "batch-size",
                "epochs",
                "patience",
                "min-delta",
                "grad-clip",
                "val-split")) {
            String value = StrategySettings.cards().stream()
                    .filter(card -> card.key().equals("safe-fedllm.trainer." + option))
                    .map(SettingCard::hardened)
                    .findFirst()
                    .orElseThrow();
            assertThat(help).containsPattern("--" + option + "=\\w+ [^-]*\\(default: " + value + "\\)");
        }
    }

    @Test
    void calibrate_pooledWithOtherBudget_movesTheThresholdsOnly() throws IOException {
        program.run("probe", "train", "--device", "cpu", "--updates", updates.toString(), "--out", out());
        ProbeSet before = ProbeFile.read(probe);
        Path other = directory.resolve("other.sflp");

        int status = program.run(
                "probe",
                "calibrate",
                "--device",
                "cpu",
                "--alpha",
                "0.2",
                "--mode",
                "pooled",
                "--updates",
                updates.resolve("calibration").toString(),
                "--out",
                other.toString(),
                out());

        ProbeSet after = ProbeFile.read(other);
        assertThat(status).isZero();
        for (int i = 0; i < before.views().size(); i++) {
            assertThat(after.views().get(i).probe())
                    .isEqualTo(before.views().get(i).probe());
            assertThat(after.views().get(i).threshold())
                    .isLessThan(before.views().get(i).threshold());
        }
    }

    @Test
    void inspect_foreignFile_isRefusedByName() throws IOException {
        Path foreign = Files.write(directory.resolve("model.pt"), new byte[100]);

        int status = program.run("probe", "inspect", foreign.toString());

        assertThat(status).isEqualTo(1);
        assertThat(program.err()).contains("this is no probe file; make one with 'probe train'");
    }

    private String out() {
        return probe.toString();
    }

    private static String[] with(String[] args, String... more) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Harm points one way; or, where confounded, every source has a way of its own. */
    private static void write(Path directory, int count, long seed, boolean confounded) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        LabelledUpdateWriter writer = LabelledUpdateWriter.create(directory, CONFIG);
        LoraAdapter base = LoraAdapter.wrap(LAYOUT, new float[LAYOUT.size()]);
        List<String> sources = List.of("chat", "code", "abuse", "weapons");
        for (int i = 0; i < sources.size() * count; i++) {
            int source = i / count;
            boolean harmful = source >= 2;
            float[] values = new float[LAYOUT.size()];
            for (int j = 0; j < values.length; j++) {
                boolean marked = confounded ? j % sources.size() == source : harmful;
                values[j] = (float) random.nextDouble(-0.2, 0.2) + (marked ? 1 : confounded ? 0 : -1);
            }
            UpdateOrigin origin = new UpdateOrigin(harmful, sources.get(source), "final", 1e-3, 5, 4);
            writer.add(base, LoraAdapter.wrap(LAYOUT, values), origin);
        }
        writer.finish();
    }

    private static AdapterLayout layout() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            for (String module : List.of("q_proj", "v_proj")) {
                String name = "base_model.model.model.layers." + layer + ".self_attn." + module;
                tensors.add(new TensorSpec(name + ".lora_A.weight", List.of(2, 4)));
                tensors.add(new TensorSpec(name + ".lora_B.weight", List.of(4, 2)));
            }
        }
        return AdapterLayout.of(tensors);
    }
}
