/**
 * What a simulation leaves behind: {@code result.json} and a report to read in a browser.
 *
 * <p>In: {@link io.safefedllm.lab.report.SimulationResult}, made by {@code lab.simulate}. Out: files. The report is one page
 * that asks the network for nothing; its figures are drawn here as SVG. Called by {@code lab.simulate} and {@code app}.
 */
@NullMarked
package io.safefedllm.lab.report;

import org.jspecify.annotations.NullMarked;
