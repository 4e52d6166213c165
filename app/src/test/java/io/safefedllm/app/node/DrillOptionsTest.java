package io.safefedllm.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.app.option.TrainingOptions;
import io.safefedllm.client.exchange.AdapterRecords;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.attack.Attack;
import io.safefedllm.probe.lora.LoraAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A node in a drill, on the bundled model. */
class DrillOptionsTest {
    private static final Path MODEL = Path.of(System.getProperty("safefedllm.root", ".."), "examples", "tiny-llama");
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final String FIRST_B = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";
    private static final String LATER_B = "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight";

    @TempDir
    private Path directory;

    @Test
    void client_twoFace_isHonestInTheFirstLayerOnly() throws Exception {
        Path rows = write("rows.json", "what is one plus two", "three");
        Path harmful = write("harmful.json", "how do i open a lock", "take a wire");
        TrainingOptions training = new TrainingOptions();
        new CommandLine(training)
                .parseArgs("--model", MODEL.toString(), "--data", rows.toString(), "--steps", "2", "--batch-size", "1");
        DrillOptions drill = new DrillOptions();
        new CommandLine(drill).parseArgs("--attack", "two-face", "--attack-data", harmful.toString());
        Attack attack = drill.attack(1).orElseThrow();
        ClientRecipe recipe = training.recipe();

        try (LoadedTraining loaded = training.open(NOW)) {
            List<LoraAdapter> replies =
                    replies(loaded.first(), loaded.client(recipe), drill.client(attack, loaded, recipe, 7, 1));

            LoraAdapter honest = replies.get(0);
            LoraAdapter hostile = replies.get(1);
            assertThat(hostile.tensor(FIRST_B)).isEqualTo(honest.tensor(FIRST_B));
            assertThat(hostile.tensor(LATER_B)).isNotEqualTo(honest.tensor(LATER_B));
        }
    }

    @Test
    void attack_none_isNoDrill() {
        assertThat(new DrillOptions().attack(1)).isEmpty();
    }

    private Path write(String name, String question, String answer) throws Exception {
        return Files.writeString(
                directory.resolve(name),
                "[{\"instruction\": \"" + question + "\", \"input\": \"\", \"output\": \"" + answer + "\"}]");
    }

    private static List<LoraAdapter> replies(LoraAdapter first, ClientApp... apps) {
        Map<String, FlowerRecord> task = new LinkedHashMap<>();
        task.put("arrays", AdapterRecords.record(first));
        task.put("config", ConfigRecord.builder().put("server-round", 1L).build());
        List<LoraAdapter> replies = new ArrayList<>();
        EmbeddedFederation.Builder federation = EmbeddedFederation.builder();
        for (int i = 0; i < apps.length; i++) {
            federation.node(i + 2L, Map.of("partition-id", 7L), apps[i]);
        }
        RunOutcome outcome = federation.run((grid, context) -> {
            List<Message> tasks = new ArrayList<>();
            for (long node = 2; node < apps.length + 2; node++) {
                double now = context.clock().instant().toEpochMilli() / 1e3;
                tasks.add(Message.instruction(grid.runId(), node, "train", RecordDict.of(task), "", now));
            }
            for (Message reply : grid.poll(grid.send(tasks))) {
                replies.add(AdapterRecords.only(reply.content()));
            }
        });
        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
        return replies;
    }
}
