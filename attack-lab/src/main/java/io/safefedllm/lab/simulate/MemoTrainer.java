package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.probe.lora.LoraAdapter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** Trains on one client's rows, and takes from the memo what has been trained before. Confined to one thread. */
final class MemoTrainer {
    private final TrialModel model;
    private final TrainingMemo memo;
    private final TokenizedDataset rows;
    private final String rowsSha256;

    MemoTrainer(TrialModel model, TrainingMemo memo, List<Example> rows) {
        this.model = model;
        this.memo = memo;
        this.rows = model.tokenized(rows);
        this.rowsSha256 = digest(rows);
    }

    int rows() {
        return rows.size();
    }

    TrialModel model() {
        return model;
    }

    TrainingMemo.Entry train(LoraAdapter from, TrainingPlan plan) {
        return memo.get(rowsSha256, plan, from.sha256(), () -> model.train(from, rows, plan));
    }

    private static String digest(List<Example> rows) {
        MessageDigest digest = Sha256.start();
        for (Example row : rows) {
            digest.update((row.prompt() + "\0" + row.completion() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }
}
