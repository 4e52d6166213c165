package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.object.ObjectId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that a SuperLink shares with those who may claim runs (PROTOCOL 9.3, releases since 1.29).
 *
 * <p>What is sent is a keyed digest of method, time, a number used once and the request; the secret itself never leaves this object, and
 * its text form does not show it. Thread-safe.
 */
public final class SuperExecSecret implements LauncherAuth {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String CONTEXT = "superexec-auth-v1";
    private static final int NONCE_BYTES = 16;

    private final SecretKeySpec key;
    private final InstantSource clock;
    private final Supplier<String> nonces;
    private final boolean endsWithLineBreak;

    private SuperExecSecret(
            SecretKeySpec key, InstantSource clock, Supplier<String> nonces, boolean endsWithLineBreak) {
        this.endsWithLineBreak = endsWithLineBreak;
        this.key = key;
        this.clock = clock;
        this.nonces = nonces;
    }

    /**
     * Takes the bytes of a secret as they are.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static SuperExecSecret of(byte[] secret, InstantSource clock) {
        SecureRandom dice = new SecureRandom();
        return of(secret, clock, () -> {
            byte[] nonce = new byte[NONCE_BYTES];
            dice.nextBytes(nonce);
            return HexFormat.of().formatHex(nonce);
        });
    }

    static SuperExecSecret of(byte[] secret, InstantSource clock, Supplier<String> nonces) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("a SuperExec secret must not be empty");
        }
        byte[] derived = digest(new SecretKeySpec(secret, ALGORITHM), CONTEXT);
        return new SuperExecSecret(
                new SecretKeySpec(derived, ALGORITHM), clock, nonces, secret[secret.length - 1] == '\n');
    }

    /** Returns the same secret by another clock. */
    public SuperExecSecret at(InstantSource otherClock) {
        return new SuperExecSecret(key, otherClock, nonces, endsWithLineBreak);
    }

    /** Returns whether the last byte is a line break, which editors add and which counts. */
    public boolean endsWithLineBreak() {
        return endsWithLineBreak;
    }

    @Override
    public RpcHeaders headers(String fullMethod, MessageLite request) {
        String time = Long.toString(clock.instant().getEpochSecond());
        String nonce = nonces.get();
        String body = ObjectId.of(request.toByteArray());
        String signed = "method=" + fullMethod + "\nts=" + time + "\nnonce=" + nonce + "\nbody_sha256=" + body;
        return RpcHeaders.none()
                .text("flwr-superexec-ts", time)
                .text("flwr-superexec-nonce", nonce)
                .text("flwr-superexec-body-sha256", body)
                .text("flwr-superexec-signature", HexFormat.of().formatHex(digest(key, signed)));
    }

    @Override
    public String toString() {
        return "a SuperExec secret";
    }

    private static byte[] digest(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + ALGORITHM, e);
        }
    }
}
