package io.safefedllm.strategy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustLedgerTest {
    private static final String KEY = "0123456789abcdef".repeat(4);

    @Test
    void snapshot_throughJson_isTheSame() throws JsonProcessingException {
        TrustLedger ledger = TrustLedger.fresh(AuditKey.ofHex(KEY));
        TrustPolicy policy = TrustPolicies.of(Level.EVIDENCE, TrustSettings.PAPER_FAITHFUL);
        for (int k = 0; k < 7; k++) {
            policy.weigh(List.of(Testimonies.scored(5, 0.1), Testimonies.scored(-1, 0.9, 0.1, 0.95)), ledger);
        }
        ObjectMapper json = new ObjectMapper();

        String text = json.writeValueAsString(ledger.snapshot());
        TrustLedger restored = TrustLedger.restore(json.readValue(text, TrustLedger.Snapshot.class));

        assertThat(text).contains("\"node\":\"18446744073709551615\"", KEY);
        assertThat(restored.snapshot()).isEqualTo(ledger.snapshot());
        assertThat(restored.auditKey()).isEqualTo(AuditKey.ofHex(KEY));
    }

    @Test
    void snapshot_clients_ascendUnsigned() {
        TrustLedger ledger = TrustLedger.fresh(AuditKey.ofHex(KEY));
        for (long node : new long[] {-1, 3, Long.MIN_VALUE, 1}) {
            ledger.put(node, ClientState.fresh(TrustSettings.DEFAULTS));
        }

        assertThat(ledger.snapshot().clients())
                .extracting(TrustLedger.Client::node)
                .containsExactly("1", "3", "9223372036854775808", "18446744073709551615");
    }

    @Test
    void snapshot_laterChanges_doNotShow() {
        TrustLedger ledger = TrustLedger.fresh(AuditKey.ofHex(KEY));
        TrustLedger.Snapshot before = ledger.snapshot();

        ledger.put(1, ClientState.fresh(TrustSettings.DEFAULTS));

        assertThat(before.clients()).isEmpty();
    }

    @Test
    void restore_damagedState_isRefused() {
        TrustLedger.Client client = new TrustLedger.Client("1", ClientState.fresh(TrustSettings.DEFAULTS));
        for (TrustLedger.Snapshot damaged : List.of(
                new TrustLedger.Snapshot("00", List.of()),
                new TrustLedger.Snapshot("zz".repeat(32), List.of()),
                new TrustLedger.Snapshot(KEY, List.of(client, client)),
                new TrustLedger.Snapshot(KEY, List.of(new TrustLedger.Client("-1", client.state()))))) {
            assertThatIllegalArgumentException().isThrownBy(() -> TrustLedger.restore(damaged));
        }
    }

    @Test
    void state_outOfRange_isRefused() {
        ClientState fresh = ClientState.fresh(TrustSettings.DEFAULTS);

        assertThatIllegalArgumentException().isThrownBy(() -> fresh.withTrust(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> fresh.withBeta(Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> fresh.withBeta(1, Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(() -> new PenaltyState(List.of(), -1, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EvidenceState(EvidenceStatus.BENIGN, List.of(), 0, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new EvidenceState.Entry(-0.1, false));
    }

    @Test
    void key_textForm_showsNothing() {
        AuditKey key = AuditKey.ofHex(KEY);

        assertThat(key.toString()).doesNotContain("0123");
        assertThat(TrustLedger.fresh(key).snapshot().toString()).doesNotContain("0123");
        assertThat(key).isEqualTo(AuditKey.ofHex(KEY)).isNotEqualTo(AuditKey.of(new byte[32]));
        assertThat(key.hashCode()).isEqualTo(AuditKey.ofHex(KEY).hashCode());
    }

    @Test
    void draw_roundsAndNodes_differ() {
        AuditKey key = AuditKey.ofHex(KEY);
        double draw = key.draw(ServerRound.first(), 1);

        assertThat(draw).isBetween(0.0, 1.0).isEqualTo(key.draw(ServerRound.first(), 1));
        assertThat(draw).isNotEqualTo(key.draw(ServerRound.first(), 2));
        assertThat(draw).isNotEqualTo(key.draw(ServerRound.first().next(), 1));
    }
}
