package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.link.SuperLinkAddress;

/** A server on 127.0.0.1 before a {@link FakeSuperLink}. */
public interface Front extends AutoCloseable {

    SuperLinkAddress address();

    @Override
    void close();
}
