/**
 * Chat templates: the subset of Jinja that the templates of published checkpoints use, rendered as transformers renders it.
 *
 * <p>In: a template's text and the turns of a conversation. Out: the text that the tokenizer gets, or a
 * {@link io.safefedllm.client.template.TemplateException}. Called by {@code client.data} and the wiring. Plain Java; knows nothing of
 * tokens or models, touches nothing outside its arguments.
 */
@NullMarked
package io.safefedllm.client.template;

import org.jspecify.annotations.NullMarked;
