package io.safefedllm.strategy.aggregate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/** Draws from one generator. */
final class SeededDraws implements Draws {
    private final Random dice;

    SeededDraws(Random dice) {
        this.dice = dice;
    }

    @Override
    public int[] permutation(int size) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        for (int i = size - 1; i > 0; i--) {
            int other = dice.nextInt(i + 1);
            int held = order[i];
            order[i] = order[other];
            order[other] = held;
        }
        return order;
    }

    /** Floyd's way: one number is drawn for each member of the set. */
    @Override
    public int[] subset(int size, int count) {
        if (count < 0 || count > size) {
            throw new IllegalArgumentException("cannot draw " + count + " of " + size + " numbers");
        }
        BitSet chosen = new BitSet(size);
        for (int last = size - count; last < size; last++) {
            int drawn = dice.nextInt(last + 1);
            chosen.set(chosen.get(drawn) ? last : drawn);
        }
        return chosen.stream().toArray();
    }

    @Override
    public double gaussian() {
        return dice.nextGaussian();
    }
}
