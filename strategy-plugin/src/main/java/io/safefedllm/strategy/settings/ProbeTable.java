package io.safefedllm.strategy.settings;

import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import java.nio.file.Path;
import java.util.List;

/** The settings of the probe. */
final class ProbeTable {
    /** The reference's names of feature policies (SF-1.3). */
    private static final String FIRST_B = "first_B";

    private static final String ALL_LAYERS = "all_layers";

    static final Setting PATH = Setting.optional("probe.path", SettingKind.TEXT, "the probe file");
    static final Setting THRESHOLD = Setting.byMode(
            "probe.threshold",
            SettingKind.POSITIVE_FRACTION,
            Fallback.derived("calibrated, else " + ProbeView.PAPER_THRESHOLD),
            Fallback.of(ProbeView.PAPER_THRESHOLD),
            "a score that reaches it is harmful; one number for every view");
    static final Setting FEATURE_POLICY = Setting.choice(
            "probe.feature-policy",
            List.of(FIRST_B, ALL_LAYERS),
            FIRST_B,
            "the paper's feature; all_layers is short for probe.views = all_layers");
    static final Setting NORMALIZE = Setting.choice(
            "probe.normalize",
            List.of(Normalisation.L2.key(), Normalisation.NONE.key()),
            Normalisation.L2.key(),
            "how features are scaled; the probe must have been trained so");
    static final Setting VIEWS = Setting.byMode(
            "probe.views",
            SettingKind.NAMES,
            Fallback.derived("first_b,rest_b where the probe has them; all_b at level adapter"),
            Fallback.derived("first_b; all_b at level adapter"),
            "views to score with");
    static final Setting STRICT = Setting.of(
            "probe.strict",
            SettingKind.SWITCH,
            false,
            "refuse a run whose recipe is not what the probe's card says, or of which it says nothing, in place of a warning");

    static final List<Setting> ALL = List.of(PATH, THRESHOLD, FEATURE_POLICY, NORMALIZE, VIEWS, STRICT);

    private ProbeTable() {}

    /** Fills in the views that follow from level, policy and mode; none where it is left to the probe which it has. */
    static void derive(SettingsReader reader, Level level) {
        if (reader.text(FEATURE_POLICY).equals(ALL_LAYERS)) {
            reader.unlessSet(VIEWS, List.of(ViewSelector.ALL_LAYERS.key()));
            requireView(reader, ViewSelector.ALL_LAYERS, "probe.feature-policy 'all_layers' looks at");
        }
        if (level == Level.ADAPTER) {
            reader.unlessSet(VIEWS, List.of(ViewSelector.ALL_B.key()));
            requireView(reader, ViewSelector.ALL_B, "level 'adapter' judges by");
        }
        if (reader.mode() == Mode.PAPER_FAITHFUL) {
            reader.unlessSet(VIEWS, List.of(ViewSelector.FIRST_B.key()));
        }
    }

    private static void requireView(SettingsReader reader, ViewSelector view, String who) {
        List<String> views = reader.names(VIEWS);
        if (!views.contains(view.key())) {
            throw new SettingsException(who + " view '" + view.key() + "' but probe.views was '"
                    + String.join(",", views) + "'; add " + view.key());
        }
    }

    static ProbeSettings read(SettingsReader reader) {
        return new ProbeSettings(
                reader.optionalText(PATH).map(Path::of),
                reader.optionalNumber(THRESHOLD),
                reader.names(VIEWS),
                Normalisation.named(reader.text(NORMALIZE)),
                reader.number(TrainerTable.CALIBRATION_ALPHA),
                TrainerTable.usesCalibration(reader),
                reader.flag(STRICT));
    }
}
