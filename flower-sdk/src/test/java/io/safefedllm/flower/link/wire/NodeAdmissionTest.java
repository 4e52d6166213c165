package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NodeAdmissionTest {

    private static final long HALF_A_MINUTE = Duration.ofSeconds(30).toNanos();

    private final ScriptedFleet fleet = new ScriptedFleet();
    private final NoPauses pauses = new NoPauses();

    @Test
    void stay_withAKeyOfItsOwn_registersAndUnregisters() {
        WireNodeLink link = link(NodeIdentity.generated());

        assertThat(link.join()).isEqualTo(ScriptedFleet.NODE_ID);
        link.leave();

        assertThat(fleet.calls).containsExactly("RegisterNode", "ActivateNode", "DeactivateNode", "UnregisterNode");
    }

    @Test
    void stay_withARegisteredKey_neverRegistersOrUnregisters() {
        WireNodeLink link = link(NodeIdentity.registered(NodeKey.generate()));

        assertThat(link.join()).isEqualTo(ScriptedFleet.NODE_ID);
        link.leave();

        assertThat(fleet.calls).containsExactly("ActivateNode", "DeactivateNode");
    }

    @Test
    void join_registeredKeyStillOnline_waitsUntilItIsNot() {
        fleet.activationsUntilOffline = 20;

        assertThat(link(NodeIdentity.registered(NodeKey.generate())).join()).isEqualTo(ScriptedFleet.NODE_ID);

        assertThat(pauses.nanoTime()).isBetween(HALF_A_MINUTE, 2 * HALF_A_MINUTE);
    }

    @Test
    void join_registeredKeyNeverOffline_saysThatAnotherNodeHasIt() {
        fleet.activationsUntilOffline = Integer.MAX_VALUE;

        assertThatThrownBy(
                        () -> link(NodeIdentity.registered(NodeKey.generate())).join())
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.UNAUTHENTICATED))
                .hasMessageContaining("another node with this key is online at there");
        assertThat(pauses.nanoTime()).isBetween(2 * HALF_A_MINUTE, 3 * HALF_A_MINUTE);
    }

    @Test
    void join_unknownKey_saysHowToRegisterItAtOnce() {
        fleet.known = false;

        assertThatThrownBy(
                        () -> link(NodeIdentity.registered(NodeKey.generate())).join())
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.UNAUTHENTICATED))
                .hasMessageContaining("does not know the key of this node")
                .hasMessageContaining("flwr supernode register");
        assertThat(pauses.nanoTime()).isZero();
    }

    @Test
    void join_onlyRegisteredNodesAreAdmitted_saysHowToBecomeOne() {
        fleet.refusals.put("RegisterNode", Status.FAILED_PRECONDITION);

        assertThatThrownBy(() -> link(NodeIdentity.generated()).join())
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.UNAUTHENTICATED))
                .hasMessageContaining("node keygen")
                .hasMessageContaining("--auth-supernode-private-key");
    }

    @Test
    void call_refusedAsNotAuthentic_isDiagnosed() {
        fleet.refusals.put("PullMessages", Status.UNAUTHENTICATED);
        TransportException diagnosed = new TransportException(Status.CLOCK, "the clock", true, null);
        WireNodeLink link = link(NodeIdentity.generated(), refusal -> diagnosed);
        link.join();

        assertThatThrownBy(link::receive).isSameAs(diagnosed);
    }

    @Test
    void call_repeatedAfterTrouble_isSignedAnew() {
        fleet.refusals.put("GetRun", Status.UNAVAILABLE);
        WireNodeLink link = link(NodeIdentity.generated());
        link.join();
        fleet.timestamps.clear();

        assertThatThrownBy(() -> link.run(1)).isInstanceOf(TransportException.class);

        assertThat(fleet.timestamps).hasSizeGreaterThan(2).doesNotHaveDuplicates();
    }

    private WireNodeLink link(NodeIdentity identity) {
        return link(identity, UnaryOperator.identity());
    }

    /** Returns a link whose clock goes on with its pauses. */
    private WireNodeLink link(NodeIdentity identity, UnaryOperator<TransportException> diagnosis) {
        WireSettings settings =
                WireSettings.of(() -> Instant.EPOCH.plusNanos(pauses.nanoTime()), pauses, new SplittableRandom(1));
        return new WireNodeLink(
                new RpcCaller(fleet, Duration.ofMinutes(1), settings), identity, "there", settings, diagnosis);
    }
}
