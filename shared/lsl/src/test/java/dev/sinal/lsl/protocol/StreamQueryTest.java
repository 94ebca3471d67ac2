package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamQueryTest {
    private static final StreamInfo INFO = StreamInfo.builder(
                    "BioSemi", "EEG", 8, 100, ChannelFormat.FLOAT32, "it's \"x\"")
            .desc(DescElement.leaf("manufacturer", "A&B"))
            .channel("C1", "microvolts", "EEG")
            .channel("C2", "microvolts", "EEG")
            .channel("ECG", "mV", "ECG")
            .build()
            .served("u-1", "lab3", "default", 12, 16572, 16573);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name='BioSemi'",
                "name=\"BioSemi\" and type='EEG'",
                "  type = 'EEG'  ",
                "channel_count>3",
                "channel_count >= 8 and channel_count<=8",
                "8=channel_count",
                "nominal_srate=100",
                "nominal_srate='100.0000000000000'",
                "starts-with(name,'Bio')",
                "contains(name,'Semi')",
                "not(name='a')",
                "type='EEG' and not(name='a')",
                "name='a' or type='EEG'",
                "(name='a' or type='EEG') and hostname='lab3'",
                "count(desc/channels/channel)=3",
                "count(//channel[type='EEG'])=2",
                "//label='C1'",
                "desc/channels/channel[2]/label='C2'",
                "desc/channels/channel[last()]/label='ECG'",
                "desc/channels/channel[unit='mV']",
                "desc//unit='mV'",
                "desc",
                "desc/manufacturer='A&B'",
                "/info/name='BioSemi'",
                "./name='BioSemi'",
                "../info/name='BioSemi'",
                "*",
                "name/text()='BioSemi'",
                "name!='x'",
                "//label!='C1'",
                "string-length(name)=7",
                "string-length(name)",
                "substring(name,1,3)='Bio'",
                "substring-before(name,'Semi')='Bio'",
                "substring-after(name,'Bio')='Semi'",
                "normalize-space(' a  b ')='a b'",
                "concat(name,'-',type)='BioSemi-EEG'",
                "source_id=concat('it',\"'\",'s \"x\"')",
                "channel_count * 2 = 16 and channel_count div 2 = 4 and channel_count mod 3 = 2",
                "channel_count - 1 = 7",
                "-channel_count = -8",
                "floor(1.5)=1 and ceiling(1.5)=2 and round(1.5)=2",
                "true()",
                "not(false())",
                "'text'",
                "1",
                "boolean(desc) = true()",
                "session_id='default' and (name='BioSemi')",
                "channel_count='8' and name='BioSemi' and type='EEG' and channel_format='float32'",
                "name='BioSemi' and(type='EEG')",
                "name | type",
                "sum(//channel_count)=8",
                "name(*[1])='name'"
            })
    void holds(String query) {
        assertThat(StreamQuery.parse(query).matches(INFO)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name='biosemi'",
                "info/name='BioSemi'",
                "name='BioSemi' and type='ECG'",
                "nominal_srate='100'",
                "channel_count>8",
                "desc/channels/channel[4]",
                "desc/channels/channel[0]",
                "//label='C9'",
                "missing",
                "missing='x'",
                "missing!='x'",
                "missing=0",
                "''",
                "0",
                "number('abc')",
                "number('1e3')=1000",
                "not(desc)",
                "name='a' or name='b' and type='EEG'",
                "starts-with(name,'Semi')"
            })
    void doesNotHold(String query) {
        assertThat(StreamQuery.parse(query).matches(INFO)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "name=|5",
                "name='x|5",
                "name=='x'|5",
                "(name='x'|9",
                "name='x')|8",
                "name='x' and|12",
                "unknown(name)|0",
                "count('x')|0",
                "starts-with(name)|0",
                "child::name|0",
                "@name|0",
                "$name|0",
                "name[1|6",
                "name='x' name='y'|9",
                "processing-instruction()|0"
            })
    void malformedQueriesNameThePlace(String query, int position) {
        assertThatExceptionOfType(LslQueryException.class)
                .isThrownBy(() -> StreamQuery.parse(query))
                .satisfies(error -> assertThat(error.position()).isEqualTo(position));
    }

    @Test
    void onlyPathsCanBeUnited() {
        assertThatExceptionOfType(LslQueryException.class).isThrownBy(() -> StreamQuery.parse("'a' | name"));
    }

    @Test
    void nestingIsLimited() {
        assertThat(StreamQuery.parse("(".repeat(31) + "name" + ")".repeat(31)).matches(INFO))
                .isTrue();
        assertThatExceptionOfType(LslQueryException.class)
                .isThrownBy(() -> StreamQuery.parse("(".repeat(32) + "name" + ")".repeat(32)));
    }

    @Test
    void lengthIsLimited() {
        String filler = "'" + "x".repeat(4094) + "'";

        assertThat(StreamQuery.parse(filler).matches(INFO)).isTrue();
        assertThatExceptionOfType(LslQueryException.class).isThrownBy(() -> StreamQuery.parse(filler + " or 1"));
    }

    @Test
    void aQueryThatTakesTooMuchWorkDoesNotHold() {
        StreamInfo.Builder large = StreamInfo.builder("n", "", 4000, 0, ChannelFormat.INT8, "");
        for (int i = 0; i < 4000; i++) {
            large.channel("c" + i, "", "");
        }

        assertThat(StreamQuery.parse("//*[//*[//*[//*]]] or true()").matches(large.build()))
                .isFalse();
        assertThat(StreamQuery.parse("//label='c3999'").matches(large.build())).isTrue();
    }

    @Test
    void anyValueCanBeQuoted() {
        for (String value : new String[] {"plain", "it's", "say \"x\"", "it's \"x\"", "''\"\"", ""}) {
            StreamInfo info =
                    StreamInfo.builder("n", value, 1, 0, ChannelFormat.INT8, "").build();

            assertThat(StreamQuery.parse("type=" + QueryPredicate.quote(value)).matches(info))
                    .as(value)
                    .isTrue();
            assertThat(StreamQuery.parse("type=" + QueryPredicate.quote(value + "x"))
                            .matches(info))
                    .isFalse();
        }
    }

    @Test
    void allMatchesEverythingAndIsTheEmptyText() {
        assertThat(StreamQuery.all().matches(INFO)).isTrue();
        assertThat(StreamQuery.parse("  ")).isEqualTo(StreamQuery.all());
    }

    @Test
    void oldInletsCompareTheRateAsTheirOwnText() {
        QueryPredicate old = QueryPredicate.parse("nominal_srate='100' and name='BioSemi'");

        assertThat(old.test(StreamInfoXml.tree(INFO))).isFalse();
        assertThat(old.test(StreamInfoXml.treeOfOldLibraries(INFO))).isTrue();
    }
}
