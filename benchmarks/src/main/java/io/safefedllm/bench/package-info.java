/**
 * Benchmarks: one class a question. The comment of a class holds the question, the command and what to expect; results go to
 * docs/benchmarks.md with machine, JDK and commit. Every figure is a ratio against a peer that was measured in the same run.
 */
@NullMarked
package io.safefedllm.bench;

import org.jspecify.annotations.NullMarked;
