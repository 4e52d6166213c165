package io.safefedllm.client.template;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, for instance {@code user}
 * @param content what is said
 */
public record ChatTurn(String role, String content) {}
