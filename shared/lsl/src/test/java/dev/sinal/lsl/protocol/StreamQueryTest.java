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
                "name(*[1])='name'",
                "child::name='BioSemi'",
                "descendant::label='ECG'",
                "self::info",
                "self::node()/name='BioSemi'",
                "//label[.='C2']/parent::channel/unit='microvolts'",
                "//label[.='C2']/../unit='microvolts'",
                "//label[.='C2']/ancestor::info/name='BioSemi'",
                "count(//label[.='C2']/ancestor::*)=4",
                "name(//label[.='C2']/ancestor::*[1])='channel'",
                "name(//label[.='C2']/ancestor::*[last()])='info'",
                "count(//label[1]/ancestor-or-self::node())=10",
                "desc/channels/channel[1]/following-sibling::channel[1]/label='C2'",
                "desc/channels/channel[3]/preceding-sibling::channel[1]/label='C2'",
                "desc/channels/channel[3]/preceding-sibling::channel[last()]/label='C1'",
                "count(desc/channels/channel[2]/following::label)=1",
                "count(desc/channels/channel[2]/preceding::label)=1",
                "desc/descendant-or-self::channels",
                "(//channel)[2]/label='C2'",
                "(//label)[last()]='ECG'",
                "(name | type)[2]='EEG'",
                "(desc/channels)/channel[1]/label='C1'",
                "(desc)//label='C1'",
                "//channel[position()=2]/label='C2'",
                "//channel[position()>1 and position()<3]/label='C2'",
                "//channel[label='C1'][unit='microvolts']",
                "//channel[label='C1' or label='C9']",
                "//channel[not(unit='mV')]",
                "count(//*)=33",
                "count(node())=18",
                "count(name/node())=1",
                "/*/name='BioSemi'",
                "/descendant::label='C1'",
                "/",
                "not(@id) and not(attribute::id) and not(//@*)",
                "not(comment()) and not(processing-instruction()) and not(processing-instruction('x'))",
                "not(id('x')) and not(lang('en')) and namespace-uri(name)=''",
                "translate(name,'BS','bs')='biosemi'",
                "translate(name,'Bio','')='Sem'",
                "local-name(name)='name'",
                "string(0.00001)='0.00001'",
                "string(1 div 0)='Infinity' and string(-1 div 0)='-Infinity' and string(0 div 0)='NaN'",
                "string(100000000000000000000)='100000000000000000000'",
                "string(1.50)='1.5' and string(-0)='0' and string(3)='3'",
                "substring('12345',1.5,2.6)='234'",
                "substring('12345',0,3)='12'",
                "substring('12345',0 div 0,3)=''",
                "substring('12345',-42,1 div 0)='12345'",
                "round(2.5)=3 and round(-2.5)=-2",
                "number('  -12.50 ')=-12.5",
                "channel_count mod 3 = 2 and -5 mod 2 = -1",
                "nominal_srate>=100 and nominal_srate<100.5",
                "1 < 2 and 2 > 1 and 1 <= 1 and 1 >= 1",
                "'a' = 'a' and 'a' != 'b'",
                "true() = '1' and false() = ''",
                "desc/manufacturer",
                "contains(desc/manufacturer,'&')",
                "count(desc/channels/channel)=count(//label)",
                "//label=//label",
                "- - 1 = 1",
                "*[starts-with(name(),'channel_')]",
                "name='BioSemi'or type='x'",
                "not(ns:name) and not(ns:*)"
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
                "cousin::name|0",
                "$name|0",
                "'x'[1]|0",
                "count(1+1)|0",
                "name()/x|0",
                "name[1|6",
                "name='x' name='y'|9",
                "a:|2"
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

        String endless = "//*[//*[//*[//*]]] or true()";
        assertThat(StreamQuery.parse(endless).matches(large.build())).isFalse();
        assertThatExceptionOfType(LslQueryException.class)
                .isThrownBy(() -> QueryPredicate.parse(endless).test(QueryDocument.of(large.build())))
                .withMessageContaining("100000 steps");
        assertThat(StreamQuery.parse("//label='c3999'").matches(large.build())).isTrue();
    }

    @Test
    void termsAreLimited() {
        assertThat(StreamQuery.parse("1" + "=1".repeat(511)).matches(INFO)).isTrue();
        assertThatExceptionOfType(LslQueryException.class).isThrownBy(() -> StreamQuery.parse("1" + "=1".repeat(512)));
    }

    @Test
    void longTextsCountAsWork() {
        StreamInfo large = StreamInfo.builder("n", "", 1, 0, ChannelFormat.INT8, "")
                .desc(DescElement.leaf("notes", "x".repeat(3_000_000)))
                .build();

        assertThat(StreamQuery.parse("contains(desc/notes,'xx')").matches(large))
                .isTrue();
        assertThatExceptionOfType(LslQueryException.class)
                .isThrownBy(() -> QueryPredicate.parse("//*[contains(.,'y')]" + "|//*[contains(.,'z')]")
                        .test(QueryDocument.of(large)));
    }

    @Test
    void queriesAreBuiltFromParts() {
        StreamQuery both = StreamQuery.byName("BioSemi").and(StreamQuery.byProperty("type", "EEG"));

        assertThat(both.matches(INFO)).isTrue();
        assertThat(StreamQuery.parse("name='x' or type='EEG'")
                        .and(StreamQuery.byName("y"))
                        .matches(INFO))
                .isFalse();
        assertThat(StreamQuery.all().and(both)).isEqualTo(both);
        assertThat(both.and(StreamQuery.all())).isEqualTo(both);
        assertThat(StreamQuery.byProperty("source_id", "it's \"x\"").matches(INFO))
                .isTrue();
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
