/** What the tests of this module share. */
@NullMarked
package io.safefedllm.probe;

import org.jspecify.annotations.NullMarked;
