package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.HostileLab.QUICK;
import static dev.sinal.lsl.net.HostileLab.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Full descriptions that are too large, too deep, dangerous to a careless parser, or of something else. */
class HostileDescriptionTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private final CountDownLatch end = new CountDownLatch(1);
    private HostileLab hostile = new HostileLab();

    @AfterEach
    void close() {
        end.countDown();
        hostile.close();
    }

    /** A peer that would serve well, but for its description. */
    private ScriptedPeer changed(UnaryOperator<String> xml) throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = hostile.peer(
                text(1),
                out -> out.write(xml.apply(self[0].served().toXml()).getBytes(UTF_8)),
                out -> out.write(self[0].head()));
        return self[0];
    }

    private ScriptedPeer endless(String start, String junk) throws IOException {
        return hostile.peer(
                text(1),
                out -> {
                    out.write(start.getBytes(UTF_8));
                    byte[] more = junk.repeat(1_000).getBytes(UTF_8);
                    while (true) {
                        out.write(more);
                    }
                },
                out -> {});
    }

    @Test
    void anEndlessOne() throws IOException {
        hostile.givesUpOn(endless("", "<a>"), "info length");
    }

    @Test
    void anEndlessText() throws IOException {
        hostile.givesUpOn(endless("<?xml version=\"1.0\"?><info><name>", "x"), "info length");
    }

    @Test
    void anEntityBomb() throws IOException {
        hostile.givesUpOn(
                changed(xml -> """
                        <?xml version="1.0"?>
                        <!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
                        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
                        """ + xml.substring(xml.indexOf("<info>")).replace("hostile", "&c;")), "info XML");
    }

    @Test
    void anExternalEntity() throws IOException {
        hostile.givesUpOn(
                changed(xml -> "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>"
                        + xml.substring(xml.indexOf("<info>")).replace("hostile", "&f;")),
                "info XML");
    }

    @Test
    void anUnknownEntityStaysText() throws IOException {
        ScriptedPeer peer = changed(xml -> xml.replace("<desc />", "<desc><a>&f;&#xfffffff;&amp;</a></desc>"));
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.infos.get(0).desc().childText("a")).isEqualTo("&f;&#xfffffff;&");
    }

    @Test
    void aDeepOne() throws IOException {
        hostile.givesUpOn(changed(xml -> xml.replace("<desc />", "<desc>" + "<a>".repeat(100_000))), "info depth");
    }

    @Test
    void aWideOne() throws IOException {
        hostile.givesUpOn(changed(xml -> xml.replace("<desc />", "<desc>" + "<a/>".repeat(300_000))), "info elements");
    }

    /** Each ampersand could make a careless parser look through the rest of the text. */
    @Test
    void oneOfAmpersands() throws IOException {
        ScriptedPeer peer = changed(xml -> xml.replace("<desc />", "<desc>" + "&".repeat(4_000_000) + "</desc>"));
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK.withRecover(false), recorder);

        await().atMost(BOUND).until(() -> recorder.events.size() == 2);
        assertThat(recorder.infos.get(0).desc().text()).hasSize(4_000_000);
        hostile.honestStreamGoesOn();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<channel_count>1<          | <channel_count>2<               | full info",
                "<channel_count>1<          | <channel_count>5000<            | channel_count",
                "<channel_count>1<          | <channel_count>99999999999<     | channel_count",
                "<channel_count>1<          | <channel_count>-1<              | channel_count",
                "<channel_format>string<    | <channel_format>int8<           | full info",
                "<channel_format>string<    | <channel_format>float16<        | channel_format",
                "<name>hostile<             | <name>honest<                   | full info",
                "<name>hostile<             | <name><                         | name",
                "<nominal_srate>            | <nominal_srate>1e300            | nominal_srate",
                "<nominal_srate>            | <nominal_srate>x                | nominal_srate",
                "<v4data_port>              | <v4data_port>9999999            | v4data_port",
                "<version>1                 | <version>2                      | version",
                "</info>                    |                                 | info XML",
                "<info>                     | <html>                          | info XML"
            })
    void oneWithAWrongField(String right, String wrong, String field) throws IOException {
        hostile.givesUpOn(changed(xml -> xml.replace(right, wrong == null ? "" : wrong)), field);
    }

    @Test
    void aRateThatNoInstrumentHas() throws IOException {
        ScriptedPeer fast = changed(xml -> xml.replaceAll("<nominal_srate>[^<]*<", "<nominal_srate>2000000<"));
        Recorder recorder = new Recorder();
        Inlet inlet = hostile.lsl.openInlet(fast.info(), QUICK, recorder);

        await().until(() -> !recorder.failures.isEmpty());
        assertThat(inlet.state()).isEqualTo(Inlet.State.CLOSED);
        assertThat(recorder.failures.get(0))
                .hasMessage("nominal_srate must be 0 or 0.001 to 1000000.0 Hz, was '2000000.0'");
    }

    @Test
    void tooManyChannelsFailAtOnce() {
        Recorder recorder = new Recorder();

        hostile.lsl.openInlet(text(5000), QUICK, recorder);

        await().until(() -> !recorder.failures.isEmpty());
        assertThat(recorder.failures.get(0).getMessage()).isEqualTo("channel_count is 5000, the limit is 4096");
    }

    @Test
    void oneThatDripsForEver() throws IOException {
        hostile.close();
        hostile = new HostileLab(Duration.ofMillis(200));
        ScriptedPeer peer = hostile.peer(
                text(1),
                out -> {
                    while (end.getCount() > 0) {
                        out.write('<');
                        out.flush();
                        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
                    }
                },
                out -> {});
        Recorder recorder = new Recorder();

        hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(BOUND).until(() -> recorder.attempts.size() >= 3);
        assertThat(recorder.attempts)
                .allSatisfy(each ->
                        assertThat(each).isEqualTo("no description: the description did not come within 200 ms"));
        hostile.honestStreamGoesOn();
    }

    @Test
    void nothingAtAllIsNotHeldAgainstIt() throws IOException {
        ScriptedPeer peer = hostile.peer(text(1), out -> {}, out -> {});
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().until(() -> recorder.attempts.size() >= 5);
        assertThat(recorder.attempts.get(0)).isEqualTo("no description: the outlet closed without a description");
        assertThat(hostile.lsl.stats().violations()).isZero();
    }

    @Test
    void oneOfAnotherOutletMeansThatOursHasGone() throws IOException {
        StreamInfo other = text(1).served("another-uid", "peer", "default", 1, 1, 1);
        ScriptedPeer peer = changed(xml -> other.toXml());
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().until(() -> recorder.attempts.size() >= 5);
        assertThat(recorder.attempts.get(0)).contains("another outlet answers there: uid another-uid instead of");
    }
}
