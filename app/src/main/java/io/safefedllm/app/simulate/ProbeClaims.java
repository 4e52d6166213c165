package io.safefedllm.app.simulate;

import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.SourceCount;
import io.safefedllm.probe.model.SourceQuantile;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a probe's calibration may claim, in sentences. */
final class ProbeClaims {
    private ProbeClaims() {}

    static List<String> of(ProbeSet probe) {
        List<String> claims = new ArrayList<>();
        int harmful = probe.card().sources().stream()
                .filter(SourceCount::harmful)
                .mapToInt(SourceCount::updates)
                .sum();
        int all = probe.card().sources().stream().mapToInt(SourceCount::updates).sum();
        claims.add(all - harmful + " benign and " + harmful + " harmful updates");
        for (ViewCard view : probe.card().views()) {
            Calibration calibration = view.calibration();
            if (calibration != null) {
                claims.add(view(view.view(), view.heldOut(), calibration));
            }
        }
        return claims;
    }

    private static String view(String name, HeldOutRates rates, Calibration calibration) {
        int scores =
                calibration.sources().stream().mapToInt(SourceQuantile::scores).sum();
        return String.format(
                Locale.ROOT,
                "view %s: %d of %d harmful updates found; false alarms at most %.0f %% (%s, %d benign scores);"
                        + " sigma_0 %.3f, known to about %.0f %%; q_0 %.3f",
                name,
                Math.round(rates.detectionRate() * rates.harmful()),
                rates.harmful(),
                100 * calibration.alpha(),
                calibration.mode(),
                scores,
                calibration.sigma0(),
                100 / Math.sqrt(2.0 * (scores - 1)),
                calibration.q0());
    }
}
