package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Canaries in a run of their own: what they are told, and how a run ends that is ended while they train. */
class ClientCanaryTest {
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final ClientApp HONEST = (message, context) -> Replies.honest(Adapters.shifted(INITIAL, 0.1f), 5);

    private final Path directory;
    private final List<Map<String, Object>> told = new ArrayList<>();
    private final ClientApp spy = (message, context) -> {
        told.add(context.runConfig());
        return HONEST.handle(message, context);
    };

    ClientCanaryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void train_defaultsOfTheDeployment_reachTheCanariesBelowTheRunConfig() {
        RunOutcome outcome = run(spy);

        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
        assertThat(told).hasSize(1).allSatisfy(config -> assertThat(config)
                .containsEntry("safe-fedllm.local.steps", 7L)
                .containsEntry("safe-fedllm.local.batch-size", 2L));
    }

    @Test
    void train_interrupted_stopsTheRunBeforeTheNextCanary() {
        ClientApp interrupted = (message, context) -> {
            Thread.currentThread().interrupt();
            return HONEST.handle(message, context);
        };

        RunOutcome outcome = run(interrupted, spy);

        assertThat(Thread.interrupted()).as("still marked").isTrue();
        assertThat(outcome.status()).as(outcome.reason()).isEqualTo(RunStatus.STOPPED);
        assertThat(told).isEmpty();
    }

    @Test
    void train_canaryThatIsInterruptedWhileItWaits_stopsTheRun() {
        ClientApp waiting = (message, context) -> {
            throw new InterruptedException();
        };

        RunOutcome outcome = run(waiting);

        assertThat(Thread.interrupted()).as("still marked").isTrue();
        assertThat(outcome.status()).as(outcome.reason()).isEqualTo(RunStatus.STOPPED);
    }

    @Test
    void train_cancelled_endsWithTheCancellationItself() {
        CancellationException cancelled = new CancellationException("enough");

        RunOutcome outcome = run((message, context) -> {
            throw cancelled;
        });

        assertThat(outcome.cause()).isSameAs(cancelled);
    }

    @Test
    void train_canaryThatFails_failsTheRunWithWhatToDo() {
        RunOutcome outcome = run((message, context) -> {
            throw new IllegalStateException("no rows");
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(outcome.reason()).contains("no rows", "safe-fedllm.adapter.rule");
    }

    @Test
    void run_goneOnWithOtherTexts_isRefused() {
        assertThat(run(1, new CanaryClients(List.of(spy), List.of(), "these")).isCompleted())
                .isTrue();

        RunOutcome others = run(2, new CanaryClients(List.of(spy), List.of(), "others"));
        RunOutcome same = run(2, new CanaryClients(List.of(spy), List.of(), "these"));

        assertThat(others.reason())
                .contains("not known to have had this model and these texts", "choose another directory");
        assertThat(same.isCompleted()).as(same.reason()).isTrue();
    }

    @Test
    void run_goneOnWithUnknownCanaries_isRefused() {
        assertThat(run(spy).isCompleted()).isTrue();

        RunOutcome again = run(2, new CanaryClients(List.of(spy), List.of(), ""));

        assertThat(again.reason()).contains("not known to have had this model and these texts");
    }

    private RunOutcome run(ClientApp... canaries) {
        return run(1, new CanaryClients(List.of(canaries), List.of(), ""));
    }

    private RunOutcome run(long rounds, CanaryClients canaries) {
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .defaults(Map.of("safe-fedllm.local.steps", 7L, "safe-fedllm.local.batch-size", 9L))
                .runDirectory(directory)
                .initialAdapter(Adapters.peft(INITIAL))
                .screening(new Screening(update -> List.of(score(update)), List.of(LoraUpdate::norm)))
                .trustPolicy((testimonies, ledger) -> testimonies.stream()
                        .map(client -> Verdict.trusted(SecurityWeight.FULL))
                        .toList())
                .canaryClients(canaries)
                .pause(length -> {})
                .build();
        return EmbeddedFederation.builder()
                .runConfig(Map.of(
                        "num-server-rounds",
                        rounds,
                        "strategy.min-available-nodes",
                        1L,
                        "safe-fedllm.local.batch-size",
                        2L,
                        "safe-fedllm.level",
                        "adapter",
                        "safe-fedllm.adapter.rule",
                        "canary"))
                .node(2, Map.of(), HONEST)
                .run(app);
    }

    private static ViewScore score(LoraUpdate update) {
        return new ViewScore("all_b", update.norm(), -4.6, new ProbeScore(0.01), 0.8, false);
    }
}
