package io.safefedllm.client.train;

/**
 * The uniform numbers that PyTorch's CPU generator gives after {@code torch.manual_seed}, bit for bit.
 *
 * <p>Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998: MT19937 seeded with the low 32 bits. Confined to
 * one thread.
 */
final class TorchRandom {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;

    TorchRandom(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** Uniform in [-bound, bound), as {@code Tensor.uniform_(-bound, bound)} in float32. */
    float uniform(double bound) {
        float from = (float) -bound;
        float to = (float) bound;
        double unit = (nextInt() & 0xffffff) * 0x1p-24;
        return (float) (unit * (to - from) + from);
    }

    /** The next 32 bits. */
    int nextInt() {
        if (next == N) {
            refill();
            next = 0;
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    private void refill() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            int twisted = (y & 1) == 0 ? 0 : 0x9908b0df;
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ twisted;
        }
    }
}
