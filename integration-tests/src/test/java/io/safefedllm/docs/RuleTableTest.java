package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleCard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's table of aggregation rules is the program's own. */
class RuleTableTest {

    @Test
    void readme_ruleTable_isTheProgramsOwn() {
        List<String> expected = new ArrayList<>();
        expected.add("| rule | what it does | tolerates | cost a round | source |");
        expected.add("|---|---|---|---|---|");
        AggregationRules.cards().stream().map(RuleTableTest::row).forEach(expected::add);

        assertThat(Repository.table("README.md", "rules")).isEqualTo(expected);
    }

    private static String row(RuleCard card) {
        return "| `" + card.name() + "` | " + card.summary() + " | " + card.tolerates() + " | " + card.cost() + " | "
                + card.paper() + " |";
    }
}
