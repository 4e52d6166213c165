package io.safefedllm.client.data;

/**
 * One training example as text.
 *
 * @param prompt what the model is given; never trained on
 * @param completion what it shall answer, without an end marker; may be empty
 */
public record Example(String prompt, String completion) {}
