package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery, time probes and number formats against recorded messages. */
class MessageVectorTest {
    private static final LslLimits LIMITS = LslLimits.defaults();

    @Test
    void aNativeQueryIsReadAndWrittenAgain() {
        byte[] recorded = Vectors.bytes("inlet-1.17.7.discovery-query.bin");

        DiscoveryMessage.Query query = DiscoveryMessage.Query.decode(recorded, LIMITS);

        assertThat(query.predicate()).isEqualTo("session_id='vectors' and name='Fake'");
        assertThat(query.returnPort()).isEqualTo(16_572);
        assertThat(query.id()).isEqualTo("6500296208201205838");
        assertThat(query.encode()).isEqualTo(recorded);
        byte[] old = Vectors.bytes("inlet-1.12.discovery-query.bin");
        assertThat(DiscoveryMessage.Query.decode(old, LIMITS).encode()).isEqualTo(old);
    }

    @Test
    void aNativeReplyIsReadAndWrittenAgain() {
        byte[] recorded = Vectors.bytes("outlet-1.17.7.discovery-reply.bin");

        DiscoveryMessage.Reply reply = DiscoveryMessage.Reply.decode(recorded, LIMITS);

        assertThat(DiscoveryMessage.Reply.idOf(recorded)).isEqualTo("11029981781215786404");
        assertThat(reply.id()).isEqualTo("11029981781215786404");
        assertThat(reply.info().name()).isEqualTo("Vector float32");
        assertThat(reply.info().dataPort()).isEqualTo(16_574);
        assertThat(reply.info().servicePort()).isEqualTo(16_572);
        assertThat(reply.encode()).isEqualTo(recorded);
        StreamInfo old = DiscoveryMessage.Reply.decode(Vectors.bytes("outlet-1.12.discovery-reply.bin"), LIMITS)
                .info();
        assertThat(old.nominalRate()).isEqualTo(128);
        assertThat(old.protocolVersion()).isEqualTo(110);
    }

    @Test
    void aQueryWithBareLineFeedsAndNoLastLineEndIsAccepted() {
        byte[] bare = "LSL:shortinfo\nname='x'\n4711 token".getBytes(UTF_8);

        assertThat(DiscoveryMessage.Query.decode(bare, LIMITS))
                .isEqualTo(new DiscoveryMessage.Query("name='x'", 4711, "token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "LSL:shortinfo",
                "LSL:shortinfo\r\nname='x'",
                "LSL:other\r\nname='x'\r\n1 2\r\n",
                "LSL:shortinfo\r\nx\r\n\r\n",
                "LSL:shortinfo\r\nx\r\n0 id\r\n",
                "LSL:shortinfo\r\nx\r\n65536 id\r\n",
                "LSL:shortinfo\r\nx\r\n-1 id\r\n",
                "LSL:shortinfo\r\nx\r\n123456789012 id\r\n",
                "LSL:shortinfo\r\nx\r\n4711\r\n"
            })
    void whatIsNoQueryIsRefused(String text) {
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> DiscoveryMessage.Query.decode(text.getBytes(UTF_8), LIMITS));
    }

    @Test
    void aPredicateMayHaveExactly4096Characters() {
        String most = "a".repeat(4096);

        assertThat(query(most).predicate()).hasSize(4096);
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> query(most + "a"))
                .satisfies(error -> {
                    assertThat(error.field()).isEqualTo("predicate length");
                    assertThat(error.limit()).isEqualTo(4096);
                    assertThat(error.actual()).isEqualTo("4097");
                });
    }

    private static DiscoveryMessage.Query query(String predicate) {
        return DiscoveryMessage.Query.decode(("LSL:shortinfo\r\n" + predicate + "\r\n1 x\r\n").getBytes(UTF_8), LIMITS);
    }

    @Test
    void aNativeTimeRequestAndReplyAreReadAndWrittenAgain() {
        byte[] request = Vectors.bytes("outlet-1.17.7.timedata-request.bin");
        byte[] reply = Vectors.bytes("outlet-1.17.7.timedata-reply.bin");

        assertThat(TimeProbe.Request.decode(request)).isEqualTo(new TimeProbe.Request(12345, 2301.727900107));
        assertThat(TimeProbe.Request.decode(request).encode()).isEqualTo(request);
        assertThat(TimeProbe.Reply.decode(reply).encode()).isEqualTo(reply);
        for (String name : List.of("inlet-1.12.timedata-request.bin", "inlet-1.17.7.timedata-request.bin")) {
            assertThat(TimeProbe.Request.decode(Vectors.bytes(name)).encode()).isEqualTo(Vectors.bytes(name));
        }
        TimeProbe.Reply old = TimeProbe.Reply.decode(Vectors.bytes("outlet-1.12.timedata-reply.bin"));
        assertThat(old.answered()).isGreaterThanOrEqualTo(old.received());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "LSL:timedata",
                "LSL:timedata\r\nx 1\r\n",
                "LSL:timedata\r\n1 NaN\r\n",
                "LSL:timedata\r\n1 2 3\r\n"
            })
    void whatIsNoTimeRequestIsRefused(String text) {
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> TimeProbe.Request.decode(text.getBytes(UTF_8)));
    }

    @Test
    void correctionIgnoresTimeSpentInsideTheRemoteHost() {
        // 100 s ahead, 0.5 s each way, 3 s busy.
        TimeProbe.RoundTrip trip = new TimeProbe.Reply(1, 10.0, 110.5, 113.5).returned(14.0);

        assertThat(trip.correction()).isEqualTo(-100.0, within(1e-12));
        assertThat(trip.rtt()).isEqualTo(1.0, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000000000000000, 0, 0",
        "100, 100.0000000000000, 100, 100",
        "0.1, 0.1000000000000000, 0.1, 0.10000000000000001",
        "44100, 44100.00000000000, 44100, 44100",
        "1e15, 1000000000000000., 1000000000000000, 1000000000000000",
        "1e16, 1.000000000000000e+16, 1e+16, 10000000000000000",
        "1e-5, 1.000000000000000e-05, 1e-05, 1.0000000000000001e-05",
        "1.1, 1.100000000000000, 1.1, 1.1000000000000001",
        "1423.769020376, 1423.769020376000, 1423.769020376, 1423.7690203760001",
        "-2.5, -2.500000000000000, -2.5, -2.5"
    })
    void numbersAreWrittenAsInC(double value, String padded, String plain, String exact) {
        assertThat(NumberText.padded(value)).isEqualTo(padded);
        assertThat(NumberText.plain(value)).isEqualTo(plain);
        assertThat(NumberText.exact(value)).isEqualTo(exact);
    }

    @Test
    void bytesThatAreNotUtf8AreReadAsLatin1AndTheRestStays() {
        byte[] mixed = "Ger\u00e4t caf".getBytes(ISO_8859_1);
        byte[] valid = "é 漢 🧠".getBytes(UTF_8);
        byte[] both = new byte[mixed.length + valid.length];
        System.arraycopy(mixed, 0, both, 0, mixed.length);
        System.arraycopy(valid, 0, both, mixed.length, valid.length);

        assertThat(LenientText.decode(both)).isEqualTo("Gerät café 漢 🧠");
        assertThat(LenientText.decode(new byte[] {(byte) 0xe6, (byte) 0xbc})).isEqualTo("æ¼");
    }

    @Test
    void theTestPatternHoldsForManyChannels() {
        assertThat((short[]) TestPattern.values(ChannelFormat.INT16, 40_000, 4)).contains((short) 261, atIndex(0));
        float[] floats = (float[]) TestPattern.values(ChannelFormat.FLOAT32, 3, 2);
        assertThat(floats).containsExactly(2f, -3f, 4f);
        assertThat((String[]) TestPattern.values(ChannelFormat.STRING, 3, 2)).containsExactly("10", "-11", "12");
        assertThat((long[]) TestPattern.values(ChannelFormat.INT64, 2, 4)).containsExactly(2147483653L, -2147483654L);
    }

    private static org.assertj.core.data.Index atIndex(int i) {
        return org.assertj.core.data.Index.atIndex(i);
    }
}
