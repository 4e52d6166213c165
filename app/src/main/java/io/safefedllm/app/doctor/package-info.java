/**
 * The verb {@code doctor}: looks at this machine and at a SuperLink, and says what of them can be used.
 *
 * <p>In: a device, and maybe an address. Out: findings, one a line, with what to do about the bad ones. Changes nothing of what
 * it looks at.
 */
@NullMarked
package io.safefedllm.app.doctor;

import org.jspecify.annotations.NullMarked;
