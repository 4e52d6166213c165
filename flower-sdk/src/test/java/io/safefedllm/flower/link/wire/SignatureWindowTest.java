package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureWindowTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 4, 5, 6, 60, -60, 304, -304, 305, 600, -600, 3_600, -3_600, 7_000, -7_000})
    void clockLead_ofAServerLikeFlowers_isFoundToASecond(long lead) {
        assertThat(SignatureWindow.clockLead(serverWith(lead)).orElseThrow().toSeconds())
                .isBetween(lead - 1, lead + 1);
    }

    @Test
    void clockLead_beyondTwoHours_isNotFound() {
        assertThat(SignatureWindow.clockLead(serverWith(9_000))).isEmpty();
    }

    @Test
    void clockLead_serverThatTakesEverything_tellsNothing() {
        assertThat(SignatureWindow.clockLead(shift -> true)).isEmpty();
        assertThat(SignatureWindow.clockLead(shift -> false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4, false", "5, true", "-304, false", "-305, true", "600, true"})
    void isMissedWith_lead_followsFlowersLimits(long lead, boolean missed) {
        assertThat(SignatureWindow.isMissedWith(Duration.ofSeconds(lead))).isEqualTo(missed);
    }

    /** Returns a server that takes signatures by Flower's rule, seen from a clock ahead of its own. */
    private static Predicate<Duration> serverWith(long lead) {
        return shift -> {
            double age = -(lead + shift.toSeconds());
            return -5 < age && age < 305;
        };
    }
}
