package io.safefedllm.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ReportPageTest {
    private static final String[] ARMS = {
        "fedavg", "multi-krum", "trimmed-mean", "safe-fedllm:client", "safe-fedllm:shadow", "oracle"
    };

    @Test
    void html_anyResult_asksTheNetworkForNothing() {
        String html = ReportPage.html(SampleResults.of(15, ARMS), Optional.of(SampleResults.updates(15)));

        assertThat(html.toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("http:", "https:", "src=", "<link", "@import", "url(", "<script");
    }

    @Test
    void html_everyFigure_hasTitleDescriptionAndSentence() throws Exception {
        String html = ReportPage.html(SampleResults.of(15, ARMS), Optional.of(SampleResults.updates(15)));

        Matcher figures = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(html);
        int count = 0;
        while (figures.find()) {
            Element svg = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(figures.group())))
                    .getDocumentElement();
            assertThat(svg.getAttribute("role")).isEqualTo("img");
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .isNotBlank();
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .isNotBlank();
            count++;
        }
        assertThat(count).isEqualTo(2 + ARMS.length);
        assertThat(html.split("What to see:", -1)).hasSize(4);
    }

    @Test
    void html_markup_isWellFormed() throws Exception {
        String html = ReportPage.html(SampleResults.of(2, "fedavg"), Optional.empty());
        String body = html.substring(html.indexOf("<body>"), html.indexOf("</html>"))
                .replace("&nbsp;", "&#160;")
                .replace("&middot;", "&#183;");

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(body)));

        assertThat(document.getElementsByTagName("section").getLength()).isEqualTo(4);
        assertThat(html).contains("94 % safe answers").doesNotContain("principal");
    }

    @Test
    void html_namesFromOutside_areEscaped() {
        String html = ReportPage.html(SampleResults.of(1, "<b>&\"arm'"), Optional.empty());

        assertThat(html).doesNotContain("<b>").contains("&lt;b&gt;&amp;&quot;arm&#39;");
    }

    @Test
    void html_noArm_saysSo() {
        assertThat(ReportPage.html(SampleResults.of(1), Optional.empty())).contains("No arm was finished");
    }

    @Test
    void write_file_isCompleteAndAlone(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("report.html");

        ReportPage.write(file, SampleResults.of(15, ARMS), Optional.of(SampleResults.updates(15)));

        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(directory).isDirectoryContaining("glob:**report.html");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }
}
