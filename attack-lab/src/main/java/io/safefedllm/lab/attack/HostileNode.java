package io.safefedllm.lab.attack;

import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.flower.app.ClientApp;

/**
 * What an attack (AT-1 to AT-21) is given by the node that it runs on.
 *
 * @param honest the client that would answer were the node honest
 * @param poisoner the same client on poisoned rows
 * @param knowledge what is known of honest updates
 * @param collusion shared with the other attackers of the same ring
 * @param facts what is known of the federation
 * @param names the names in replies
 * @param watch hears of every attack
 */
public record HostileNode(
        ClientApp honest,
        Poisoner poisoner,
        HonestKnowledge knowledge,
        Collusion collusion,
        FederationFacts facts,
        ReplyNames names,
        StrikeWatch watch) {}
