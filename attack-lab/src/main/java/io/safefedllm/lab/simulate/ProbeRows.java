package io.safefedllm.lab.simulate;

import io.safefedllm.client.data.Example;
import java.util.List;

/**
 * Rows for the clients whose updates a probe learns from; no client of a federation holds them.
 *
 * @param wanted with wanted replies
 * @param unwanted with unwanted replies
 */
record ProbeRows(List<Example> wanted, List<Example> unwanted) {
    ProbeRows {
        wanted = List.copyOf(wanted);
        unwanted = List.copyOf(unwanted);
    }
}
