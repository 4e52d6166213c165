package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import java.util.List;
import java.util.stream.Stream;

/** Every setting that there is, in the order of the documents (SAFE-FEDLLM section 10). The only place that lists them. */
final class SettingsTable {
    static final Setting MODE = Setting.choice(
            "mode",
            Mode.keys(),
            Mode.HARDENED.key(),
            Mode.PAPER_FAITHFUL.key(),
            "which defaults hold; a setting that is given wins");
    static final Setting ENABLED = Setting.of("enabled", SettingKind.SWITCH, true, "off is the same as level none");
    static final Setting LEVEL =
            Setting.choice("level", Level.keys(), Level.ADAPTER.key(), Level.SHADOW.key(), "what the defence scores");

    static final List<Setting> ALL = Stream.of(
                    List.of(MODE, ENABLED, LEVEL),
                    ProbeTable.ALL,
                    EvidenceTable.ALL,
                    TrustTable.ALL,
                    GateTable.ALL,
                    RuleTable.ALL,
                    CourseTable.ALL,
                    LocalTable.ALL,
                    TrainerTable.ALL)
            .flatMap(List::stream)
            .toList();

    private SettingsTable() {}
}
