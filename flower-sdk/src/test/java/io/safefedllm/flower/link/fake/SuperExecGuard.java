package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.object.ObjectId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a SuperLink with a secret asks of those who look for runs. Called under the lock of its SuperLink. */
final class SuperExecGuard {

    private static final Set<String> GUARDED =
            Set.of("ListAppsToLaunch", "RequestToken", "GetRun", "PullPendingTasks", "ClaimTask", "AcquireTask");

    private final byte[] key;
    private final InstantSource clock;
    private final Set<String> used = new HashSet<>();

    SuperExecGuard(byte[] secret, InstantSource clock) {
        this.key = hmac(secret, "superexec-auth-v1");
        this.clock = clock;
    }

    void check(String service, String method, byte[] request, Caller caller) {
        if (service.equals("Fleet") || !GUARDED.contains(method)) {
            return;
        }
        String time = header(caller, "ts");
        String nonce = header(caller, "nonce");
        String body = header(caller, "body-sha256");
        String name = "/flwr.proto." + service + "/" + method;
        String signed = "method=" + name + "\nts=" + time + "\nnonce=" + nonce + "\nbody_sha256=" + body;
        boolean accepted = takes(Long.parseLong(time))
                && body.equals(ObjectId.of(request))
                && HexFormat.of().formatHex(hmac(key, signed)).equals(header(caller, "signature"))
                && used.add(name + nonce);
        if (!accepted) {
            throw Refusal.unauthenticated();
        }
    }

    boolean takes(long epochSecond) {
        long age = clock.instant().getEpochSecond() - epochSecond;
        return -5 < age && age < 305;
    }

    private static String header(Caller caller, String name) {
        return caller.text("flwr-superexec-" + name).orElseThrow(Refusal::unauthenticated);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
