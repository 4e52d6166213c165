package io.safefedllm.app.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.strategy.journal.Finding;
import io.safefedllm.strategy.journal.JournalVerifier;
import io.safefedllm.strategy.journal.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks that the files of a run follow from what it received. */
@Command(
        name = "verify",
        description = "Check a journal: recompute every weight from it alone, and compare the adapters beside it.",
        footer = {
            "",
            "DIR is the directory of a run, or one that holds several, as --state-dir and simulate leave them.",
            "Whoever keeps the printed head elsewhere can also tell whether all files were written anew.",
            "",
            "Example:",
            "  ./safe-fedllm journal verify out/simulate"
        })
final class JournalVerifyCommand implements Callable<Integer> {
    private static final int SHOWN_FINDINGS = 20;

    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Where journal.jsonl is, or directories with one are.")
    private Path directory;

    @Option(names = "--json", description = "Print one JSON object a run.")
    private boolean json;

    @Inject
    JournalVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        int findings = 0;
        List<Path> runs = Journals.runs("DIR", directory);
        for (Path run : runs) {
            Verification verification = JournalVerifier.verify(run);
            findings += verification.findings().size();
            console.out().print(json ? json(run, verification) : text(run, verification));
        }
        if (findings > 0) {
            throw new Failure(
                    FailureCode.JOURNAL,
                    findings + (findings == 1 ? " finding in '" : " findings in '") + directory + "'",
                    "Do not rely on these files");
        }
        return 0;
    }

    private static String text(Path run, Verification checked) {
        StringBuilder text = new StringBuilder(run + ": " + checked.lines() + " lines, " + checked.rounds()
                + " rounds, " + checked.weights() + " weights recomputed, " + checked.adapters()
                + " adapters compared, ");
        text.append(checked.holds() ? "nothing to object\n" : checked.findings().size() + " findings\n");
        checked.findings().stream()
                .limit(SHOWN_FINDINGS)
                .forEach(finding -> text.append("  ").append(finding).append('\n'));
        if (checked.unfinished() > 0) {
            text.append("  ").append(checked.unfinished()).append(" lines of a round that did not finish\n");
        }
        return text.append("  head ").append(checked.head()).append('\n').toString();
    }

    private static String json(Path run, Verification checked) throws JsonProcessingException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("run", run.toString());
        object.put("holds", checked.holds());
        object.put("lines", checked.lines());
        object.put("rounds", checked.rounds());
        object.put("weights", checked.weights());
        object.put("adapters", checked.adapters());
        object.put("unfinished", checked.unfinished());
        object.put("head", checked.head());
        object.put(
                "findings",
                checked.findings().stream().map(JournalVerifyCommand::finding).toList());
        return new JsonMapper().writeValueAsString(object) + "\n";
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("line", finding.line());
        object.put("field", finding.field());
        object.put("text", finding.text());
        return object;
    }
}
