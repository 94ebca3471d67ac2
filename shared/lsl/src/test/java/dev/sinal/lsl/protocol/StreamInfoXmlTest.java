package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ChannelInfo;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamInfoXmlTest {
    private static final LslLimits LIMITS = LslLimits.defaults();
    private static final String FULL = LenientText.decode(Vectors.bytes("outlet-1.17.7.fullinfo.xml"));

    private static StreamInfo read(String xml) {
        return StreamInfoXml.read(xml, LIMITS);
    }

    @Test
    void theFullInfoOfANativeOutletIsReadAndWrittenAgain() {
        StreamInfo info = StreamInfoXml.read(Vectors.bytes("outlet-1.17.7.fullinfo.xml"), LIMITS);

        assertThat(info.name()).isEqualTo("Vector float32");
        assertThat(info.format()).isEqualTo(ChannelFormat.FLOAT32);
        assertThat(info.nominalRate()).isEqualTo(128.0);
        assertThat(info.createdAt()).isEqualTo(2301.426374493);
        assertThat(info.protocolVersion()).isEqualTo(110);
        assertThat(info.desc().childText("manufacturer")).isEqualTo("A&B <Co>");
        assertThat(info.channels())
                .containsExactly(
                        new ChannelInfo("C3", "microvolts", "EEG"),
                        new ChannelInfo("é漢", "V", ""),
                        new ChannelInfo("", "", ""));
        assertThat(info.toXml().getBytes(UTF_8)).isEqualTo(Vectors.bytes("outlet-1.17.7.fullinfo.xml"));
    }

    @Test
    void theShortInfoIsTheSameWithoutMetadata() {
        StreamInfo info = StreamInfoXml.read(Vectors.bytes("outlet-1.17.7.shortinfo.xml"), LIMITS);

        assertThat(info.toXml().getBytes(UTF_8)).isEqualTo(Vectors.bytes("outlet-1.17.7.shortinfo.xml"));
        assertThat(read(FULL).withoutDesc().toXml()).isEqualTo(info.toXml());
    }

    @Test
    void theInfoOfAnOldOutletMeansTheSame() {
        StreamInfo old = StreamInfoXml.read(Vectors.bytes("outlet-1.12.fullinfo.xml"), LIMITS);

        assertThat(old.desc()).isEqualTo(read(FULL).desc());
        assertThat(old.nominalRate()).isEqualTo(128.0);
        assertThat(old.protocolVersion()).isEqualTo(110);
    }

    @ParameterizedTest
    @ValueSource(strings = {"outlet-1.12.fullinfo.xml", "outlet-1.12.shortinfo.xml"})
    void asOldLibrariesHaveItIsByteForByteWhatTheyWrite(String vector) {
        StreamInfo old = StreamInfoXml.read(Vectors.bytes(vector), LIMITS);

        String written =
                new XmlWriter().tree(0, StreamInfoXml.treeOfOldLibraries(old)).toString();

        assertThat(written.getBytes(UTF_8)).isEqualTo(Vectors.bytes(vector));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outlet-1.12.fullinfo.xml",
                "outlet-1.12.shortinfo.xml",
                "outlet-1.17.7.fullinfo.xml",
                "outlet-1.17.7.shortinfo.xml"
            })
    void anyTreeIsWrittenAsItWasRead(String vector) {
        DescElement tree = XmlReader.read(LenientText.decode(Vectors.bytes(vector)), LIMITS);

        assertThat(new XmlWriter().tree(0, tree).toString().getBytes(UTF_8)).isEqualTo(Vectors.bytes(vector));
    }

    @Test
    void whatWasSetToNothingKeepsBothTags() {
        DescElement desc = DescElement.builder("desc")
                .add("set", "")
                .add(DescElement.empty("bare"))
                .build();

        assertThat(StreamInfo.builder("n", "", 1, 0, ChannelFormat.INT8, "")
                        .desc(desc)
                        .build()
                        .toXml())
                .contains("\t\t\t<set></set>\n\t\t\t<bare />\n");
        assertThat(DescElement.leaf("a", "")).isEqualTo(DescElement.empty("a"));
    }

    @Test
    void textBesideElementsSurvives() {
        DescElement mixed = DescElement.builder("desc")
                .text("first")
                .add("a", "1")
                .add("b", "2")
                .build();

        String written = new XmlWriter().tree(0, mixed).toString();

        assertThat(written).endsWith("<desc>first<a>1</a>\n\t<b>2</b>\n</desc>\n");
        assertThat(XmlReader.read(written, LIMITS)).isEqualTo(mixed);
        assertThat(XmlReader.read("<d> <a/>one<b/>two</d>", LIMITS).text()).isEqualTo("one");
    }

    @Test
    void halfASurrogatePairIsNoCharacter() {
        assertThat(read(FULL.replace("Vector float32", "a&#xD800;b&#x1F9E0;")).name())
                .isEqualTo("a\uFFFDb\ud83e\udde0");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000000000000000, 0",
        "100, 100.0000000000000, 100",
        "0.1, 0.1000000000000000, 0.10000000000000001",
        "44100, 44100.00000000000, 44100",
        "1e8, 100000000.0000000, 100000000",
        "1e-5, 1.000000000000000e-05, 1.0000000000000001e-05"
    })
    void ratesAreWrittenAsNewAndAsOldLibrariesDo(double rate, String now, String then) {
        StreamInfo info =
                StreamInfo.builder("n", "", 1, rate, ChannelFormat.INT8, "").build();

        assertThat(info.toXml()).contains("<nominal_srate>" + now + "</nominal_srate>");
        assertThat(StreamInfoXml.treeOfOldLibraries(info).childText("nominal_srate"))
                .isEqualTo(then);
        assertThat(read(info.toXml()).nominalRate()).isEqualTo(rate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE info SYSTEM 'http://127.0.0.1:1/x.dtd'><info/>",
                "<?xml version='1.0'?><!DOCTYPE info [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><info>&x;</info>",
                "<info><!ENTITY x 'y'></info>",
                "<info><!ELEMENT a ANY></info>"
            })
    void nothingIsDeclaredOrFetched(String xml) {
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(xml))
                .withMessageContaining("document type");
    }

    @Test
    void orderDeclarationAttributesCommentsAndMissingOptionalElementsDoNotMatter() {
        StreamInfo info =
                read("<info v=\"1>2\"><!-- <x> --><v6service_port>0</v6service_port><v6data_port> 0 </v6data_port>"
                        + "<v4service_port>7</v4service_port><v4data_port>8</v4data_port><uid>u</uid><version>1.1</version>"
                        + "<nominal_srate>0</nominal_srate><channel_format>int8</channel_format><channel_count>2</channel_count>"
                        + "<name a='b'>n<![CDATA[<&>]]>&#65;&#x42;&unknown;&amp;</name></info>");

        assertThat(info.name()).isEqualTo("n<&>AB&unknown;&");
        assertThat(info.desc().children()).isEmpty();
        assertThat(info.hostname()).isEmpty();
    }

    @Test
    void controlCharactersSurviveAsNumbers() {
        StreamInfo info = StreamInfo.builder("a\u0001b\u001fc\td", "", 1, 0, ChannelFormat.INT8, "")
                .build();

        assertThat(info.toXml())
                .contains("<name>a&#01;b&#31;c\td</name>")
                .contains("<type></type>")
                .contains("<desc />");
        assertThat(read(info.served("u", "h", "s", 1, 1, 1).toXml()).name()).isEqualTo("a\u0001b\u001fc\td");
    }

    @Test
    void latin1InANameIsRead() {
        byte[] bytes =
                FULL.replace("Vector float32", "Ger\u00e4t").replace("é漢", "").getBytes(ISO_8859_1);

        assertThat(StreamInfoXml.read(bytes, LIMITS).name()).isEqualTo("Gerät");
    }

    @ParameterizedTest
    @CsvSource({
        "name, ''",
        "channel_count, -1",
        "channel_count, ''",
        "channel_count, 99999999999",
        "channel_format, float16",
        "channel_format, ''",
        "nominal_srate, NaN",
        "nominal_srate, -1",
        "nominal_srate, 1e400",
        "nominal_srate, 0x10",
        "nominal_srate, .5",
        "nominal_srate, +5",
        "nominal_srate, ''",
        "version, 2.0",
        "version, 0",
        "version, ''",
        "v4data_port, 65536",
        "v4data_port, ''",
        "v4service_port, x",
        "v6data_port, ''",
        "v6service_port, 70000",
        "created_at, x"
    })
    void aWrongElementIsNamed(String element, String value) {
        String xml = FULL.replaceFirst(
                "<" + element + ">[^<]*</" + element + ">", "<" + element + ">" + value + "</" + element + ">");

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(xml))
                .satisfies(error -> assertThat(error.field()).isEqualTo(element));
    }

    @ParameterizedTest
    @ValueSource(ints = {4095, 4096})
    void asManyChannelsAsAllowed(int channels) {
        assertThat(read(withChannels(channels)).channelCount()).isEqualTo(channels);
    }

    @Test
    void oneChannelTooMany() {
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(withChannels(4097)))
                .satisfies(error -> {
                    assertThat(error.field()).isEqualTo("channel_count");
                    assertThat(error.limit()).isEqualTo(4096);
                    assertThat(error.actual()).isEqualTo("4097");
                });
    }

    private static String withChannels(int channels) {
        return FULL.replace("<channel_count>3<", "<channel_count>" + channels + "<");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no xml",
                "<info>",
                "<info",
                "<info><name>x</info>",
                "</info>",
                "<other></other>",
                "<!DOCTYPE info [<!ENTITY a \"b\">]><info></info>",
                "<info><!-- </info>",
                "<info><![CDATA[</info>",
                "<info><></></info>",
                "<info><a=b/></info>",
                "<?xml"
            })
    void whatIsNoDescriptionIsRefused(String xml) {
        assertThatExceptionOfType(LslProtocolException.class).isThrownBy(() -> read(xml));
    }

    @Test
    void depthIsLimited() {
        String at = "<a>".repeat(62) + "</a>".repeat(62);
        String above = "<a>" + at + "</a>";

        assertThat(read(withDesc(at)).desc().children()).hasSize(1);
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(withDesc(above)))
                .satisfies(error -> assertThat(error.field()).isEqualTo("info depth"));
    }

    @Test
    void elementsAreLimited() {
        // info and 18 children, desc among them.
        int left = LIMITS.xmlNodes() - 19;

        assertThat(read(withDesc("<a/>".repeat(left))).desc().children()).hasSize(left);
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(withDesc("<a/>".repeat(left + 1))))
                .satisfies(error -> assertThat(error.field()).isEqualTo("info elements"));
    }

    @Test
    void lengthIsLimited() {
        String padding = " ".repeat(LIMITS.infoBytes() - FULL.length());

        assertThat(read(padding + FULL).name()).isEqualTo("Vector float32");
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(" " + padding + FULL))
                .satisfies(error -> assertThat(error.field()).isEqualTo("info length"));
    }

    private static String withDesc(String content) {
        return FULL.substring(0, FULL.indexOf("<desc>")) + "<desc>" + content + "</desc></info>";
    }

    @Test
    void ErrorsDoNotRepeatControlCharactersOrLongTexts() {
        String xml = FULL.replace(">float32<", ">\u0007\u001b[31m" + "x".repeat(500) + "<");

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> read(xml))
                .satisfies(error ->
                        assertThat(error.getMessage()).hasSizeLessThan(250).doesNotContain("\u0007", "\u001b"));
    }

    @Test
    void metadataSurvivesWritingAndReading() {
        StreamInfo info = StreamInfo.builder("n", "t", 2, 0.5, ChannelFormat.STRING, "s")
                .desc(DescElement.builder("a")
                        .add("b", " spaces ")
                        .add(DescElement.empty("c"))
                        .build())
                .channel("x", "", "<&>\"'")
                .build()
                .served("u", "h", "s", 12.5, 1, 2);

        assertThat(read(info.toXml())).isEqualTo(info);
    }
}
