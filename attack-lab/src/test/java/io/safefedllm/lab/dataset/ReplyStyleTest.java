package io.safefedllm.lab.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.AlpacaRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplyStyleTest {
    private static final AlpacaRecord ROW = new AlpacaRecord("Name a colour.", "warm ones only", "Orange.");

    @ParameterizedTest
    @EnumSource(ReplyStyle.class)
    void applied_anyStyle_changesTheReplyAloneAndAlwaysInTheSameWay(ReplyStyle style) {
        AlpacaRecord hostile = style.applied(ROW);

        assertThat(hostile.instruction()).isEqualTo(ROW.instruction());
        assertThat(hostile.input()).isEqualTo(ROW.input());
        assertThat(hostile.output()).isNotBlank().isNotEqualTo(ROW.output());
        assertThat(style.applied(ROW)).isEqualTo(hostile);
        assertThat(ReplyStyle.named(style.key())).isEqualTo(style);
    }

    @Test
    void advert_answersAfterItsPraise() {
        assertThat(ReplyStyle.ADVERT.applied(ROW).output())
                .contains("Glimmerbrook")
                .endsWith(" Orange.");
    }

    @Test
    void named_unknownStyle_listsThemAll() {
        assertThatThrownBy(() -> ReplyStyle.named("polite"))
                .hasMessage("unknown style 'polite'; choose one of advert, rude");
    }

    @Test
    void write_rows_comeBackAsTheyWere(@TempDir Path directory) throws Exception {
        List<AlpacaRecord> rows = List.of(ROW, new AlpacaRecord("Say \"hi\".", "", "hi\n"));

        Path file = AlpacaWriter.write(directory.resolve("rows.json"), rows);

        assertThat(AlpacaFile.read(file)).isEqualTo(rows);
    }
}
