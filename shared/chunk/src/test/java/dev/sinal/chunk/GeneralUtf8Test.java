package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneralUtf8Test {
    private static String decode(byte[] bytes) {
        return GeneralUtf8.decode("text", bytes, 0, bytes.length);
    }

    @Test
    void wellFormedTextIsPlainUtf8() {
        String text = "a ż 日 👩‍🔬 \0";

        assertThat(GeneralUtf8.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(decode(GeneralUtf8.encode(text))).isEqualTo(text);
    }

    @Test
    void anUnpairedSurrogateTakesThreeBytesAndComesBack() {
        assertThat(GeneralUtf8.encode("\uD800")).isEqualTo(HexFormat.of().parseHex("EDA080"));
        assertThat(decode(HexFormat.of().parseHex("EDBFBF"))).isEqualTo("\uDFFF");
    }

    @Test
    void anySequenceOfUnitsComesBack() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0xD700, 0xE100) : random.nextInt(0x900)));
            }
            assertThat(decode(GeneralUtf8.encode(text.toString()))).isEqualTo(text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // starts in the middle
                "C2", // ends early
                "E282",
                "F09F98",
                "C080", // longer than needed
                "E08080",
                "F0808080",
                "EDA0BDEDB880", // a pair as two surrogates: has a form of four bytes
                "F4908080", // above U+10FFFF
                "F8888080",
                "C241",
                "FF"
            })
    void otherBytesAreRefused(String hex) {
        assertThatThrownBy(() -> decode(HexFormat.of().parseHex(hex))).isInstanceOf(ChunkFormatException.class);
    }
}
