/**
 * Messages generated from {@code flwr/proto/flower.proto}.
 *
 * <p>In and out: bytes of Flower's wire. Used only by {@code flower.object}, whose record bodies are these messages, and by
 * {@code flower.link} and its adapters, whose requests are; nothing here leaves those packages. Null-unmarked, since
 * generated code does not say.
 */
package io.safefedllm.flower.proto;
