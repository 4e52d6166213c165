package io.safefedllm.client.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@GoldenReader(files = "text/chat_templates\\.json")
class ChatTemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 9, 5, 2);
    private static final List<ChatTurn> HELLO = List.of(new ChatTurn("user", "Hello"));

    private static JsonNode golden() {
        return Golden.json(Golden.root().resolve("text/chat_templates.json"));
    }

    static IntStream cases() {
        return IntStream.range(0, golden().get("cases").size());
    }

    @Test
    void cases_ofTheGolden_areSeventyTwo() {
        assertThat(golden().get("cases")).hasSize(72);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void render_goldenCase_isTransformersText(int index) {
        JsonNode golden = golden();
        JsonNode one = golden.get("cases").get(index);
        ChatTemplate template = ChatTemplate.of(
                golden.get("templates").get(one.get("template").textValue()).textValue(),
                golden.get("bos_token").textValue(),
                golden.get("eos_token").textValue(),
                NOW);
        List<ChatTurn> turns = turns(one.get("messages"));
        boolean prompt = one.get("add_generation_prompt").booleanValue();

        if (one.has("error")) {
            assertThatThrownBy(() -> template.render(turns, prompt))
                    .isInstanceOf(TemplateException.class)
                    .hasMessage(one.get("error").textValue());
        } else {
            assertThat(template.render(turns, prompt))
                    .isEqualTo(one.get("rendered").textValue());
        }
    }

    private static List<ChatTurn> turns(JsonNode messages) {
        List<ChatTurn> turns = new ArrayList<>();
        messages.forEach(message -> turns.add(new ChatTurn(
                message.get("role").textValue(), message.get("content").textValue())));
        return turns;
    }

    private static String render(String template) {
        return ChatTemplate.of(template, "<s>", "</s>", NOW).render(HELLO, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{{ 1 + 2 * 3 - 7 // 2 }}`|4",
                "`{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 1.5 * 2 }}`|-4 2 3.5 3.0",
                "`{{ (1 + 2) * 3 }}`|9",
                "`{{ 'a' ~ 1 + 1 }}`|error",
                "`{{ 'a' ~ 1 ~ none ~ true ~ x }}`|a1NoneTrue",
                "`{{ 'ab' 'cd' * 2 }}`|abcdabcd",
                "`{{ 1 < 2 <= 2 and not 3 == 4 }}`|True",
                "`{{ not not 1 }} {{ not 0 or 1 }}`|True True",
                "`{{ 'b' in 'abc' }} {{ 2 not in [1, 3] }} {{ 'k' in {'k': 1} }}`|True True True",
                "`{{ 'yes' if x is not defined else 'no' }}`|yes",
                "`{{ 'yes' if x }}.`|.",
                "`{{ none is none }} {{ 3 is odd }} {{ 6 is divisibleby 3 }} {{ 'a' is string }}`|True True True True",
                "`{{ [1, 2, 3][::-1] | join(',') }} {{ 'hello'[1:-1] }} {{ 'hello'[-1] }}`|3,2,1 ell o",
                "`{{ [1, 2, 3][5] is defined }} {{ (1, 2) | length }}`|False 2",
                "`{{ {'a': 1}.a }} {{ {'a': 1}['a'] }} {{ {'a': 1}.get('b', 2) }}`|1 1 2",
                "`{{ x | default('d') }} {{ '' | default('e', true) }} {{ none | d('f', boolean=true) }}`|d e f",
                "`{{ ' a '.strip() ~ 'xxbxx'.strip('x') ~ ' c '.lstrip() }}.`|abc .",
                "`{{ 'a,b,c'.split(',', 1) | last }} {{ ' p  q '.split() | join('-') }}`|b,c p-q",
                "`{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }}`|True True",
                "`{{ 'aXb' | lower | upper | capitalize }} {{ 'two words' | title }}`|Axb Two Words",
                "`{{ 'a-b' | replace('-', '+') }} {{ '12' | int + 1 }} {{ 'z' | int(7) }}`|a+b 13 7",
                "`{{ messages | map(attribute='role') | join }} {{ messages | selectattr('role', 'eq', 'user') | list | length }}`|user 1",
                "`{{ messages | rejectattr('role', 'eq', 'user') | list | length }}{{ [0, 1] | select | first }}`|01",
                "`{{ {'a': [1, none, 'ü\"']} | tojson }}`|`{\"a\": [1, null, \"ü\\\"\"]}`",
                "`{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}`|a1b2",
                "`{% for i in range(5) if i % 2 == 0 %}{{ loop.index }}/{{ loop.length }}{{ '' if loop.last else ' ' }}{% endfor %}`|1/3 2/3 3/3",
                "`{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}`|02",
                "`{% for i in [] %}x{% else %}empty{% endfor %}`|empty",
                "`{% set a = 1 %}{% for i in [2] %}{% set a = i %}{% endfor %}{{ a }}`|1",
                "`{% set n = namespace(a=1) %}{% for i in [2] %}{% set n.a = i %}{% endfor %}{{ n.a }}`|2",
                "`{% set a, b = 1, 2 %}{{ b }}{{ a }}{% set t %}T{{ a }}{% endset %}{{ t }}`|21T1",
                "`{% if x is defined and x.y %}a{% else %}b{% endif %}`|b",
                "`{% raw %}{{ not }} {% set %}{% endraw %}`|`{{ not }} {% set %}`",
                "`{% generation %}{{ eos_token }}{% endgeneration %}`|</s>",
                "`{{ strftime_now('%d %b %Y, %H:%M %A %j%%') }}`|07 Mar 2026, 09:05 Saturday 066%"
            })
    void render_expression_isPythons(String template, String expected) {
        if (expected.equals("error")) {
            assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
        } else {
            assertThat(render(template)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`a\n  {% if true %}\nb\n  {% endif %}\nc`|`a\nb\nc`",
                "`a\n  {%+ if true %}\nb{% endif +%}\nc`|`a\n  b\nc`",
                "`a \n {%- if true -%} \n b {%- endif %}`|ab",
                "`a\n  {{ 1 }}\n b`|`a\n  1\n b`",
                "`a\n {{- 1 -}}\n b`|a1b",
                "`a {# x #}\nb`|a b",
                "`a\n  {# x #}\nb`|`a\nb`",
                "`x {% if true %} y {% endif %} z`|`x  y  z`",
                "`{% if true %}\n  {% if true %}\nq{% endif %}{% endif %}`|q",
                "`tail\n`|tail",
                "`tail\n\n`|`tail\n`",
                "`{{ '}}' ~ \"%}\" }}`|`}}%}`",
                "`{{ '\\n\\t\\'\\u00fc\\x41' }}`|`\n\t'üA`",
            })
    void render_whiteSpace_isJinjas(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{% macro f() %}{% endmacro %}`|statement 'macro'",
                "`\n{{ 1 | sort }}`|line 2: filter 'sort' is not supported",
                "`{{ 1 is prime }}`|test 'prime'",
                "`{% if 1 %}`|the template ends",
                "`{% endfor %}`|statement 'endfor'",
                "`{{ 1 +`|not closed",
                "`{{ 'a }}`|a string is not closed",
                "`{# a`|a comment is not closed",
                "`{{ 1 $ 2 }}`|unexpected '$'",
                "`{{ (1 }}`|expected ','",
                "`{{ }}`|ends too early",
                "`{{ 1 2 }}`|expected the end but found '2'",
                "`{% for in x %}{% endfor %}`|expected 'in'",
                "`{{ x.y }}`|line 1: 'y' is asked of a name that is not set",
                "`{{ x() }}`|cannot be called",
                "`{{ 1 / 0 }}`|divided by 0",
                "`{{ 9223372036854775807 + 1 }}`|too large",
                "`{{ 'a' + 1 }}`|string + number",
                "`{{ [1] }}`|use the filter tojson",
                "`{{ range(1000000) | length }}`|at most 100000",
                "`{{ [1][::0] }}`|must not be 0",
                "`{{ 1 < 'a' }}`|no order",
                "`{% set x.a = 1 %}`|attributes of a namespace",
                "`{% set a, b = [1] %}`|1 values",
                "`{{ strftime_now('%Q') }}`|'%Q'",
                "`{{ raise_exception('no ' ~ 2) }}`|no 2"
            })
    void of_orRender_unusableTemplate_saysWhat(String template, String reason) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void of_deepNesting_isRefused() {
        assertThatThrownBy(() -> render("{{ " + "(".repeat(1000) + "1" + ")".repeat(1000) + " }}"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("nests deeper");
        assertThatThrownBy(() -> render("{% if 1 %}".repeat(1000) + "{% endif %}".repeat(1000)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("nests deeper");
    }

    @Test
    void read_modelDirectory_takesTemplateAndTokens(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> ChatTemplate.read(directory, NOW)).hasMessageContaining("no chat template");

        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"bos_token\":{\"content\":\"<b>\"},\"eos_token\":null,\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"x\"},"
                        + "{\"name\":\"default\",\"template\":\"{{ bos_token }}{{ messages[0].content }}{{ eos_token }}\"}]}");
        assertThat(ChatTemplate.read(directory, NOW).render(HELLO, false)).isEqualTo("<b>Hello");

        Files.writeString(directory.resolve("chat_template.jinja"), "own {{ bos_token }}");
        assertThat(ChatTemplate.read(directory, NOW).render(HELLO, false)).isEqualTo("own <b>");

        Files.writeString(directory.resolve("tokenizer_config.json"), "{");
        assertThatThrownBy(() -> ChatTemplate.read(directory, NOW)).hasMessageContaining("not valid JSON");
    }
}
