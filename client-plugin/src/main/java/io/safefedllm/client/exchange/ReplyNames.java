package io.safefedllm.client.exchange;

/**
 * The names in a node's replies. Flower's own strategies drop a round in which they differ between nodes, so beside Python
 * nodes they must be what those use.
 *
 * @param arrays key of the record with the adapter
 * @param metrics key of the record with the metrics
 * @param trainLoss metric with the mean loss
 * @param numExamples metric with the number of examples
 */
public record ReplyNames(String arrays, String metrics, String trainLoss, String numExamples) {
    /** The names of Flower's templates. */
    public static final ReplyNames DEFAULTS = new ReplyNames("arrays", "metrics", "train_loss", "num-examples");
}
