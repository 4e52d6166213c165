package io.safefedllm.lab.dataset;

/**
 * Who may use a part of a pair of datasets. The shares are twentieths; they add up to twenty.
 *
 * <p>The question alone decides, so a question's wanted and unwanted replies are in one pool, whatever the file, its order and the seed.
 */
public enum DatasetPool {
    /** What the clients of a federation hold. */
    CLIENTS(13),
    /** What the simulated clients hold whose updates a probe learns from. */
    PROBE(5),
    /** What adapters are measured with. */
    EVALUATION(2);

    private static final int PARTS = 20;

    private final int parts;

    DatasetPool(int parts) {
        this.parts = parts;
    }

    /** Returns the pool of a question by a number that is spread evenly, for instance bytes of its digest. */
    static DatasetPool at(long number) {
        int place = (int) Math.floorMod(number, (long) PARTS);
        for (DatasetPool pool : values()) {
            place -= pool.parts;
            if (place < 0) {
                return pool;
            }
        }
        throw new IllegalStateException("the shares of the pools do not add up to " + PARTS);
    }
}
