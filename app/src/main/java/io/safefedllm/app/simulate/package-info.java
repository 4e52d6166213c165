/**
 * The verb {@code simulate}: a whole federation in this process, its clients the same under several defences.
 *
 * <p>In: an attack, defences and sizes, maybe rows and a model of one's own. Out: progress, a table and a page of HTML. The
 * simulation itself is in the module {@code attack-lab}.
 */
@NullMarked
package io.safefedllm.app.simulate;

import org.jspecify.annotations.NullMarked;
