package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.PromptTemplate;
import java.nio.file.Path;

/**
 * The rows of a simulation on somebody's own data: two files in the Alpaca form.
 *
 * @param wanted rows that honest clients train on
 * @param unwanted rows that hostile clients put in their place
 * @param prompt how a row becomes a prompt
 */
public record DataFiles(Path wanted, Path unwanted, PromptTemplate prompt) {}
