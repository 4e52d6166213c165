package io.safefedllm.app.simulate;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.PromptOption;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.lab.simulate.DataFiles;
import io.safefedllm.lab.simulate.EvaluationPlan;
import io.safefedllm.lab.simulate.LocalTraining;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A simulation's own rows in place of the generated corpus. */
final class DatasetOptions {
    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "Own rows in place of the generated corpus, in the Alpaca form: what honest clients train on.")
    private @Nullable Path data;

    @Option(
            names = "--hostile-data",
            paramLabel = "FILE",
            description = "What hostile clients train on, in the same form; 'lab hostile' writes one from --data.")
    private @Nullable Path hostileData;

    @Mixin
    private PromptOption prompt;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "With --data: tokens after which a row is cut (default: 60).")
    private @Nullable Integer maxLength;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            description = "With --data: held-out questions that adapters are measured with (default: 32).")
    private @Nullable Integer heldOut;

    /** Returns the files; nothing where the generated corpus is asked for. */
    Optional<DataFiles> files() {
        if (data == null && hostileData == null) {
            requireNothingElse();
            return Optional.empty();
        }
        if (data == null || hostileData == null) {
            throw new Failure(
                    FailureCode.USAGE,
                    data == null
                            ? "--hostile-data '" + hostileData + "' needs --data with the rows of honest clients"
                            : "--data '" + data + "' needs --hostile-data with the rows of hostile clients",
                    "Give both; './safe-fedllm lab hostile --data FILE --out FILE' writes hostile rows from benign ones");
        }
        PromptTemplate template = prompt.template();
        return Optional.of(new DataFiles(
                Artifacts.requireFile("--data", data), Artifacts.requireFile("--hostile-data", hostileData), template));
    }

    private void requireNothingElse() {
        String lonely = maxLength != null ? "--max-length" : heldOut != null ? "--held-out" : "--prompt";
        if (maxLength != null || heldOut != null || prompt.isGiven()) {
            throw new Failure(
                    FailureCode.USAGE,
                    lonely + " has a meaning beside --data only",
                    "Give --data and --hostile-data, or leave it out");
        }
    }

    int maxLength() {
        return maxLength == null ? LocalTraining.OWN_DATA.maxLength() : maxLength;
    }

    EvaluationPlan evaluation() {
        return heldOut == null ? EvaluationPlan.HELD_OUT : EvaluationPlan.heldOut(heldOut);
    }
}
