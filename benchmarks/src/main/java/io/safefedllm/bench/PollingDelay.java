package io.safefedllm.bench;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.NodeListener;
import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.app.ServerAppExecutor;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How long does an instruction or a reply lie at the SuperLink because nobody looks?
 *
 * <p>Our executor and our node in this process, so by one clock, at a SuperLink that was started with {@code --isolation process}. Each
 * phase asks the node once; the node answers after a time drawn evenly from zero to three seconds, so that no reply comes in step with the
 * polls. Measured are the time from an instruction's last upload to its arrival at the app of the node, and that from a reply's last upload
 * to its arrival at the server app: polling, and three to five calls for what travels, whose own time the shortest gap shows.
 *
 * <pre>benchmarks/run PollingDelay EXECUTOR FLEET [PHASES]</pre>
 *
 * <p>EXECUTOR and FLEET are {@code HOST:PORT}; it waits for a run, which {@code flwr run} starts, of any app. Flower's own executor and node
 * look every three seconds. Ends with status 1 if the median of what a phase waits for both is above a quarter of a second.
 */
public final class PollingDelay {
    private static final double MOST_SECONDS = 0.25;
    private static final int LONGEST_WORK_MILLIS = 3_000;
    private static final String PHASES = "60";

    private final int phases;
    private final long[] sentNanos;
    private final long[] arrivedNanos;
    private final long[] answeredNanos;
    private final long[] receivedNanos;
    private final RandomGenerator dice = new SplittableRandom(1);

    private PollingDelay(int phases) {
        this.phases = phases;
        this.sentNanos = new long[phases];
        this.arrivedNanos = new long[phases];
        this.answeredNanos = new long[phases];
        this.receivedNanos = new long[phases];
    }

    /** Serves one run, prints what was measured and judges it. */
    public static void main(String[] arguments) {
        PollingDelay delay = new PollingDelay(Integer.parseInt(arguments.length > 2 ? arguments[2] : PHASES));
        boolean good = delay.measure(SuperLinkAddress.parse(arguments[0]), SuperLinkAddress.parse(arguments[1]));
        System.exit(good ? 0 : 1);
    }

    private boolean measure(SuperLinkAddress executorAddress, SuperLinkAddress fleetAddress) {
        SuperLinkOptions options = SuperLinkOptions.defaults();
        ServerApp app = (grid, context) -> {
            while (grid.nodeIds().isEmpty()) {
                Thread.sleep(100);
            }
            long node = grid.nodeIds().get(0);
            for (int phase = 0; phase < phases; phase++) {
                double now = context.clock().millis() / 1e3;
                String id = grid.send(
                                List.of(Message.instruction(grid.runId(), node, "query", content(phase), "", now)))
                        .get(0);
                sentNanos[phase] = System.nanoTime();
                List<Message> replies = new ArrayList<>();
                while (replies.isEmpty()) {
                    replies.addAll(grid.poll(List.of(id)));
                }
                receivedNanos[phase] = System.nanoTime();
            }
        };
        try (ServerAppExecutor executor = ServerAppExecutor.builder(SuperLinks.executor(executorAddress, options), app)
                        .build();
                ClientAppRunner node = ClientAppRunner.builder(SuperLinks.fleet(fleetAddress, options), working())
                        .listener(new Stamping())
                        .build()) {
            new Thread(node::run, "node").start();
            System.out.println("waiting for a run");
            return executor.serveOnce().orElseThrow().isCompleted() && judge();
        }
    }

    private ClientApp working() {
        return (message, context) -> {
            arrivedNanos[phaseOf(message)] = System.nanoTime();
            Thread.sleep(dice.nextInt(LONGEST_WORK_MILLIS));
            return message.content();
        };
    }

    private boolean judge() {
        double[] instructions = gaps(sentNanos, arrivedNanos);
        double[] replies = gaps(answeredNanos, receivedNanos);
        double[] both = new double[phases];
        Arrays.setAll(both, each -> instructions[each] + replies[each]);
        print("instruction", instructions);
        print("reply", replies);
        return print("both", both) <= MOST_SECONDS;
    }

    /** Prints a row and returns the median. */
    private static double print(String what, double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        System.out.printf(
                Locale.ROOT,
                "%-12s shortest %.3f  median %.3f  nine of ten %.3f  longest %.3f s%n",
                what,
                sorted[0],
                median,
                sorted[sorted.length * 9 / 10],
                sorted[sorted.length - 1]);
        return median;
    }

    private static RecordDict content(int phase) {
        return RecordDict.of(Map.of(
                "config", ConfigRecord.builder().put("phase", (long) phase).build()));
    }

    private static int phaseOf(Message message) {
        ConfigRecord config =
                Objects.requireNonNull(message.content().configRecords().get("config"));
        return (int) config.integer("phase").orElseThrow();
    }

    // What arrives while the call that sent it is still on its way back did not wait.
    private static double[] gaps(long[] from, long[] to) {
        double[] seconds = new double[from.length];
        Arrays.setAll(seconds, each -> Math.max(0, (to[each] - from[each]) / 1e9));
        return seconds;
    }

    /** Notes when a reply was taken. */
    private final class Stamping implements NodeListener {
        @Override
        public void answered(long nodeId, Message reply, boolean accepted) {
            answeredNanos[phaseOf(reply)] = System.nanoTime();
        }
    }
}
