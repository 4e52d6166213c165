/**
 * How a connection to a SuperLink is secured: in plain text, or by TLS with the authorities of a file or of the Java platform.
 *
 * <p>In: PEM files. Out: {@link io.safefedllm.flower.link.tls.ConnectionSecurity} for channels of every transport, and the words for what
 * is wrong with a server's certificate. Every certificate is checked against its authorities, its dates and the name of the host;
 * nothing here can switch that off.
 */
@NullMarked
package io.safefedllm.flower.link.tls;

import org.jspecify.annotations.NullMarked;
