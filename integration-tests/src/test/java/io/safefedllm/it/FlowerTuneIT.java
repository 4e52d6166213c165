package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.Launch;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.OwnCommand;
import io.safefedllm.it.harness.PeftEnvironment;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.harness.PythonEnvironment;
import io.safefedllm.it.harness.PythonPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An app in the way of FlowerTune, with transformers and PEFT on every node, and our executor in the SuperLink's place. */
@Tag("peft")
@ExtendWith(ProcessOutputOnFailure.class)
class FlowerTuneIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(20);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    private static final int ROUNDS = 2;
    private static final int NODES = 3;

    /** Loads an adapter of ours and compares it with its file, tensor by tensor. */
    private static final String LOAD_IN_PEFT =
            """
            import sys
            from peft import PeftModel, get_peft_model_state_dict
            from safetensors.torch import load_file
            from transformers import AutoModelForCausalLM

            model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(sys.argv[1]), sys.argv[2])
            loaded = get_peft_model_state_dict(model)
            file = load_file(sys.argv[2] + "/adapter_model.safetensors")
            assert loaded.keys() == file.keys() and all(loaded[key].equal(file[key]) for key in file)
            print("LOADED", len(loaded), "TENSORS")
            """;

    private final PythonEnvironment python = PeftEnvironment.require(FlowerTuneIT.class);
    private final Path directory;
    private final Path corpus;

    FlowerTuneIT(@TempDir Path directory) {
        this.directory = directory;
        this.corpus = directory.resolve("corpus");
    }

    @BeforeEach
    void writeCorpus() throws IOException {
        TinyLlama.writeCorpus(Files.createDirectory(corpus));
    }

    @Test
    void serve_unchangedAppAtShadowLevel_givesTheHostileClientNoWeight() {
        String run;
        try (Federation federation = Federation.start(python, directory)) {
            ManagedProcess serve = startServe(federation, "safe-fedllm.level=shadow");
            String harmful = nodeConfig(2) + " dataset=\"" + TinyLlama.harmful(corpus) + "\"";
            federation.startPythonNode("honest-0", nodeConfig(0), PeftEnvironment.variables());
            federation.startPythonNode("honest-1", nodeConfig(1), PeftEnvironment.variables());
            federation.startPythonNode("hostile", harmful, PeftEnvironment.variables());
            run = federation.flwr().run(FlowerApp.copy("flowertune-tiny", directory), runConfig());

            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
            assertThat(serve.awaitExit(END_LIMIT)).isZero();
        }

        RunFiles files = RunFiles.read(directory.resolve("state"), run);
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(files.clients(round))
                    .hasSize(NODES)
                    .allSatisfy(line -> assertThat(line.path("code").asText()).isEqualTo("OK"))
                    .allSatisfy(line -> assertThat(line.path("weight").asDouble() == 0.0)
                            .isEqualTo(line.path("harmful").asBoolean()));
            assertThat(files.weights(round)).containsOnlyOnce(0.0);
        }
        assertVerified(directory.resolve("state").resolve(run));
        assertLoadsInPeft(directory.resolve("state").resolve(run));
    }

    @Test
    void serve_reportedSteps_areBelievedUnlessForged() {
        FlowerApp app =
                FlowerApp.copy("flowertune-tiny", directory).clientApp("flowertune_tiny.reporting_client_app:app");
        Map<String, String> variables = new HashMap<>(PeftEnvironment.variables());
        variables.putAll(PythonPackage.inPlace(directory));
        String run;
        try (Federation federation = Federation.start(python, directory)) {
            startServe(federation, "safe-fedllm.level=step", "safe-fedllm.evidence.source=report");
            federation.startPythonNode("honest-0", nodeConfig(0), variables);
            federation.startPythonNode("honest-1", nodeConfig(1), variables);
            federation.startPythonNode("forger", nodeConfig(2) + " forged=true", variables);
            run = federation.flwr().run(app, runConfig());

            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
        }

        RunFiles files = RunFiles.read(directory.resolve("state"), run);
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(files.clients(round))
                    .extracting(line -> line.path("code").asText())
                    .containsExactlyInAnyOrder("OK", "OK", "EVIDENCE_MISMATCH");
            assertThat(files.weights(round)).containsOnlyOnce(0.0);
        }
        assertVerified(directory.resolve("state").resolve(run));
    }

    private static ManagedProcess startServe(Federation federation, String... settings) {
        List<String> options = new ArrayList<>(
                List.of("--once", "--probe", TinyLlama.PROBE.toString(), "--model", TinyLlama.MODEL.toString()));
        for (String setting : settings) {
            options.addAll(List.of("--set", setting));
        }
        options.addAll(List.of("--set", "strategy.min-available-nodes=" + NODES));
        return federation.startServe(options.toArray(String[]::new));
    }

    private static String nodeConfig(int partition) {
        return "partition-id=%d num-partitions=%d".formatted(partition, NODES);
    }

    private String runConfig() {
        return "model.name=\"%s\" static.dataset.name=\"%s\" num-server-rounds=%d"
                .formatted(TinyLlama.MODEL, TinyLlama.benign(corpus), ROUNDS);
    }

    private void assertVerified(Path run) {
        Launch verify = OwnCommand.launch("verify", directory, List.of("journal", "verify", run.toString()));
        assertThat(output(verify)).contains("nothing to object");
    }

    private void assertLoadsInPeft(Path run) {
        List<String> command =
                List.of(python.program("python"), "-c", LOAD_IN_PEFT, TinyLlama.MODEL.toString(), run.toString());
        Launch load = new Launch("load", command, PeftEnvironment.variables(), directory);
        assertThat(output(load)).contains("LOADED 16 TENSORS");
    }

    private static String output(Launch launch) {
        try (ManagedProcess process = ManagedProcess.start(launch)) {
            assertThat(process.awaitExit(END_LIMIT)).as(process.describe()).isZero();
            return process.output();
        }
    }
}
