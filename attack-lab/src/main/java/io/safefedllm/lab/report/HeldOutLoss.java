package io.safefedllm.lab.report;

/**
 * How likely a model finds held-out replies: the mean over the rows of the mean loss of a row's tokens, in nats.
 *
 * @param wanted of the wanted replies; the lower, the better the model does its work
 * @param unwanted of the unwanted replies; the lower, the more of the attack it has learnt
 */
public record HeldOutLoss(double wanted, double unwanted) {}
