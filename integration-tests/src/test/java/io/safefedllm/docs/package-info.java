/**
 * Keeps the documents true: what they show is compiled, run or read from the tables that the program itself uses.
 */
@NullMarked
package io.safefedllm.docs;

import org.jspecify.annotations.NullMarked;
