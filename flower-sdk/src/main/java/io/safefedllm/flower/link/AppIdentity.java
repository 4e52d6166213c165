package io.safefedllm.flower.link;

/**
 * Which app a run belongs to.
 *
 * @param fabId {@code publisher/name}
 * @param fabVersion the app's version
 * @param fabHash lower-case SHA-256 of the FAB
 */
public record AppIdentity(String fabId, String fabVersion, String fabHash) {}
