package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static final JsonObject HEAD = new JsonObject().put("a", "ä");
    private static final Buffer BODY = Buffer.buffer(new byte[] {0, -1, 2});

    @Test
    void theLayoutIsVersionLengthHeadBody() {
        byte[] bytes = {
            1, // version
            2, 0, 0, 0, // head length, little endian
            '{', '}', // head
            7 // body
        };

        Envelope read = Envelope.from(Buffer.buffer(bytes));

        assertThat(read.head()).isEmpty();
        assertThat(read.body().getBytes()).containsExactly(7);
        assertThat(read.toBuffer().getBytes()).containsExactly(bytes);
    }

    @Test
    void whatIsWrittenReadsBack() {
        Envelope read = Envelope.from(new Envelope(HEAD, BODY).toBuffer());

        assertThat(read.head()).isEqualTo(HEAD);
        assertThat(read.body()).isEqualTo(BODY);
        assertThat(Envelope.wrap(HEAD.toBuffer(), BODY)).isEqualTo(new Envelope(HEAD, BODY).toBuffer());
    }

    @Test
    void whereverItIsCutBeforeTheBodyItIsRefused() {
        Buffer whole = new Envelope(HEAD, BODY).toBuffer();
        for (int length = 0; length < whole.length() - BODY.length(); length++) {
            Buffer cut = whole.getBuffer(0, length);
            assertThatIllegalArgumentException().as("cut at " + length).isThrownBy(() -> Envelope.from(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 8 << 20, (8 << 20) + 1, Integer.MAX_VALUE, 0x80000000L, 0xFFFFFFFFL})
    void aHeadThatIsLongerThanTheMessageIsRefused(long length) {
        Buffer lie =
                Buffer.buffer().appendByte((byte) 1).appendUnsignedIntLE(length).appendString("{}");

        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.from(lie));
    }

    @Test
    void aHeadHasAtMost8MiB() {
        String padding = " ".repeat(Envelope.MAX_HEAD - 2);
        Buffer largest = Envelope.wrap(Buffer.buffer("{}" + padding), BODY);
        Buffer tooLarge = Envelope.wrap(Buffer.buffer("{}" + padding + " "), BODY);

        assertThat(Envelope.from(largest).head()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.from(tooLarge));
    }

    @Test
    void anotherVersionOrAHeadThatIsNotJsonIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.from(Buffer.buffer(new byte[] {2, 0, 0, 0, 0})));
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.from(Envelope.wrap(Buffer.buffer("[1]"), BODY)));
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.from(Envelope.wrap(Buffer.buffer("{"), BODY)));
    }
}
