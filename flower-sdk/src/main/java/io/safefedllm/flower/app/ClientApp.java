package io.safefedllm.flower.app;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;

/**
 * The client side of a federated app: answers one message at a time.
 *
 * <p>What it returns becomes the reply. An exception becomes an error reply with code 2 and the exception's class and
 * message, and the node goes on. Calls for one node never overlap.
 */
@FunctionalInterface
public interface ClientApp {

    RecordDict handle(Message message, ClientContext context) throws Exception;
}
