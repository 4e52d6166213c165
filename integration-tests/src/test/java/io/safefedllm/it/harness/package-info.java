/**
 * Starts what a federation consists of: Python environments, SuperLinks, SuperNodes, executors, and our own commands.
 *
 * <p>In: a release of Flower, a directory of the test's own. Out: running processes with their addresses, and what they
 * wrote. Called only by the integration tests. Everything listens on 127.0.0.1 and ends with the test that started it.
 */
@NullMarked
package io.safefedllm.it.harness;

import org.jspecify.annotations.NullMarked;
