package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.round.RoundListener;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.Screening;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our server and our client understand each other about the local steps (SF-13.1, source report). */
class ReportedStepsTest {
    private static final int STEPS = 3;

    private final List<RoundReport> rounds = new ArrayList<>();
    private final Path directory;

    ReportedStepsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource({"step, MAIN, 3", "client, MAIN, 3", "shadow, SHADOW, 3", "evidence, SHADOW, 3"})
    void run_sourceReport_scoresEveryStepOfHonestClients(String level, TaskKind run, int steps) throws IOException {
        PeftAdapter initial = PeftDirectory.read(SmallAdapter.write(directory.resolve("initial")));
        LoraClientApp app = new LoraClientApp(
                ReportedStepsTest::train,
                initial.adapter().layout(),
                160,
                ClientRecipe.DEFAULTS.withSteps(STEPS, 16),
                ReplyNames.DEFAULTS);

        RunOutcome outcome = EmbeddedFederation.builder()
                .runConfig(Map.of(
                        "num-server-rounds",
                        2L,
                        "strategy.min-available-nodes",
                        2L,
                        "safe-fedllm.level",
                        level,
                        "safe-fedllm.evidence.source",
                        "report",
                        "safe-fedllm.local.steps",
                        (long) STEPS))
                .node(2, Map.of(), app)
                .node(3, Map.of(), app)
                .run(server(initial));

        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
        assertThat(rounds).hasSize(2).allSatisfy(round -> assertThat(round.clients())
                .allSatisfy(client -> {
                    assertThat(client.code()).as(client.detail()).isEqualTo(ReplyCode.OK);
                    assertThat(stepsOf(client, run)).hasSize(steps);
                }));
    }

    private static List<StepScores> stepsOf(ClientReport client, TaskKind run) {
        return client.scores().stream().filter(step -> step.run() == run).toList();
    }

    private SafeFedLlmServerApp server(PeftAdapter initial) {
        TensorSpec loraB = initial.adapter().layout().tensors().get(1);
        Screening screening = new Screening(
                update -> List.of(new ViewScore("first_b", update.norm(), -3, new ProbeScore(0.05), 0.8, false)),
                List.of(LoraUpdate::norm),
                SecondOpinions.NONE,
                Optional.of(new Screening.Reported(AdapterLayout.of(List.of(loraB)), "0123abcd")));
        return SafeFedLlmServerApp.builder()
                .runDirectory(directory.resolve("run"))
                .initialAdapter(initial)
                .screening(screening)
                .auditSecret(() -> new byte[32])
                .pause(length -> {})
                .listener(new RoundListener() {
                    @Override
                    public void roundFinished(RoundReport report) {
                        rounds.add(report);
                    }
                })
                .build();
    }

    /** A trainer whose every step adds a little that differs from client run to client run. */
    private static TrainingResult train(LoraAdapter from, TrainingPlan plan) {
        float step = 0.01f + 0.001f * (plan.seed() & 7);
        LoraAdapter adapter = from;
        List<LoraUpdate> steps = new ArrayList<>();
        for (int t = 1; t <= plan.steps(); t++) {
            float[] values = adapter.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += step;
            }
            adapter = LoraAdapter.wrap(from.layout(), values);
            steps.add(recorded(from, adapter, plan.recorded()));
        }
        return new TrainingResult(adapter, List.of(1.0), 48, plan.recorded().isEmpty() ? List.of() : steps);
    }

    private static LoraUpdate recorded(LoraAdapter from, LoraAdapter to, List<String> names) {
        LoraUpdate update = LoraUpdate.between(from, to);
        if (names.isEmpty()) {
            return update;
        }
        AdapterLayout layout = AdapterLayout.of(
                names.stream().map(name -> from.layout().tensor(name)).toList());
        float[] values = new float[layout.size()];
        for (String name : names) {
            update.copyTo(
                    from.layout().offset(name),
                    values,
                    layout.offset(name),
                    layout.tensor(name).size());
        }
        return LoraUpdate.wrap(layout, values);
    }
}
