/** Reads the golden fixtures of the trainer. For tests of all packages of this module. */
@NullMarked
package io.safefedllm.client.golden;

import org.jspecify.annotations.NullMarked;
