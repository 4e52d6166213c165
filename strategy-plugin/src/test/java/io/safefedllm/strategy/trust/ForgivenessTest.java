package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What hardened memory costs the honest, and what it leaves the hostile. */
class ForgivenessTest {
    private static final int CLIENTS = 10;
    private static final TrustSettings HARDENED =
            TrustSettings.DEFAULTS.withAdapter(AdapterLevelSettings.DEFAULTS.calibrated(1.0, 3.0));

    /** A client flagged once by mistake is back within 5 clean rounds, whenever it happens. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"SHADOW", "EVIDENCE", "ADAPTER"})
    void flaggedOnce_fiveCleanRounds_isBack(Level level) {
        for (int flagged : new int[] {0, 1, 3, 12, 30}) {
            List<double[]> weights = federation(level, 40, (client, k) -> client == 4 && k == flagged);

            assertThat(weights.get(flagged)[4]).isZero();
            assertThat(weights.get(flagged + 4)[4]).isLessThan(0.9);
            for (int k = flagged + 5; k < 40; k++) {
                assertThat(weights.get(k)[4]).as("round %d", k).isGreaterThanOrEqualTo(0.9);
            }
        }
    }

    /** False alarms at 1 %, independent of each other, cost the honest less than 5 % of their weight over 100 rounds. */
    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"SHADOW", "EVIDENCE", "ADAPTER"})
    void falseAlarms_onePercent_leaveTheHonestTheirWeight(Level level) {
        for (int seed = 1; seed <= 5; seed++) {
            boolean[][] alarms = alarms(seed, 0.01);

            List<double[]> weights = federation(level, 100, (client, k) -> alarms[client][k]);

            double mean =
                    weights.stream().flatMapToDouble(Arrays::stream).average().orElseThrow();
            assertThat(mean).as("seed %d", seed).isGreaterThanOrEqualTo(0.95);
        }
    }

    private static boolean[][] alarms(int seed, double rate) {
        Random dice = new Random(seed);
        boolean[][] alarms = new boolean[CLIENTS][100];
        for (boolean[] client : alarms) {
            for (int k = 0; k < client.length; k++) {
                client[k] = dice.nextDouble() < rate;
            }
        }
        return alarms;
    }

    /** Whether a client is flagged in a round, which is counted from 0. */
    @FunctionalInterface
    private interface Flags {
        boolean flagged(int client, int k);
    }

    /** Plays all clients together; the adapter level judges them by each other's logits. */
    private static List<double[]> federation(Level level, int rounds, Flags flags) {
        TrustPolicy policy = TrustPolicies.of(level, HARDENED);
        TrustLedger ledger = TrustPolicyContract.ledger();
        Random spread = new Random(7);
        List<double[]> weights = new ArrayList<>();
        for (int k = 0; k < rounds; k++) {
            ServerRoundOfClients clients = new ServerRoundOfClients(policy, ledger, k);
            for (int client = 0; client < CLIENTS; client++) {
                double noise = Math.max(-1.0, Math.min(1.0, 0.3 * spread.nextGaussian()));
                clients.add(client, level == Level.ADAPTER, flags.flagged(client, k), noise);
            }
            weights.add(clients.weigh());
        }
        return weights;
    }

    /** The table "memory" of the reference numbers: mean weight in harmful and in clean rounds, 40 rounds. */
    @ParameterizedTest
    @CsvSource({
        "STEP,sleeper,1.000,0.999,0.000,0.962",
        "CLIENT,sleeper,0.994,0.994,0.000,0.957",
        "SHADOW,sleeper,0.000,1.000,0.000,0.963",
        "STEP,audit-aware,0.330,0.403,0.000,0.495",
        "CLIENT,audit-aware,0.371,0.435,0.000,0.494",
        "SHADOW,audit-aware,0.000,1.000,0.000,0.497",
        "STEP,every-second,0.487,0.547,0.000,0.060",
        "CLIENT,every-second,0.500,0.552,0.000,0.060",
        "SHADOW,every-second,0.000,1.000,0.000,0.075",
        "STEP,every-fourth,0.730,0.782,0.000,0.281",
        "CLIENT,every-fourth,0.747,0.790,0.000,0.280",
        "SHADOW,every-fourth,0.000,1.000,0.000,0.337"
    })
    void memory_scriptedClients_agreesWithTheReferenceNumbers(
            Level level, String behaviour, double paperBad, double paperGood, double bad, double good) {
        IntPredicate harmful = script(behaviour);
        Career paper = Career.of(level, TrustSettings.PAPER_FAITHFUL, 40, Career.reportingWhen(harmful));
        Career hardened = Career.of(level, HARDENED, 40, Career.reportingWhen(harmful));

        assertThat(paper.meanWhere(harmful)).isCloseTo(paperBad, within(5.1e-4));
        assertThat(paper.meanWhere(harmful.negate())).isCloseTo(paperGood, within(5.1e-4));
        assertThat(hardened.meanWhere(harmful)).isCloseTo(bad, within(5.1e-4));
        assertThat(hardened.meanWhere(harmful.negate())).isCloseTo(good, within(5.1e-4));
    }

    private static IntPredicate script(String behaviour) {
        return switch (behaviour) {
            case "sleeper" -> k -> k >= 20;
            case "audit-aware" -> k -> k < 30 && k >= 3 && (k - 2) % 5 != 0;
            case "every-second" -> k -> k % 2 == 1;
            default -> k -> k % 4 == 3;
        };
    }

    /** The specification's own consequence: flagged in the first three rounds, back in the fourth clean one. */
    @Test
    void flaggedFirstThree_fourCleanRounds_isAtHalf() {
        for (Level level : List.of(Level.STEP, Level.CLIENT, Level.SHADOW, Level.EVIDENCE)) {
            Career career = Career.of(level, HARDENED, 40, Career.harmfulWhen(k -> k < 3));

            assertThat(career.firstAtLeast(0.5, 3)).as(level.key()).isEqualTo(6);
        }
    }

    @Test
    void recovery_fromNothing_followsTheSpecification() {
        Career career = Career.of(Level.SHADOW, HARDENED, 7, Career.harmfulWhen(k -> k == 1));

        double[] expected = {0.7, 0, 0.4, 0.64, 0.784, 0.8704, 0.92224};
        for (int k = 0; k < expected.length; k++) {
            assertThat(career.weight(k)).isCloseTo(expected[k], within(1e-12));
        }
    }
}
