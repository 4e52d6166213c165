package io.safefedllm.client.model;

import java.nio.ByteBuffer;

/** Collects garbage and overwrites the memory that became free outside the heap, so that whoever still reads it reads nonsense. */
final class ForcedCollection implements Runnable {
    @Override
    public void run() {
        System.gc();
        for (int i = 0; i < 2000; i++) {
            ByteBuffer junk = ByteBuffer.allocateDirect(64);
            while (junk.hasRemaining()) {
                junk.put((byte) 0x7f);
            }
        }
    }
}
