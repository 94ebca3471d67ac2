package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadFrameTest {
    private static final ReadFrame FRAME = new ReadFrame(
            true,
            List.of(
                    new ReadFrame.Entry(5, 7, new byte[] {1, 2, 3}),
                    new ReadFrame.Entry(-1, Long.MAX_VALUE, new byte[0])));

    @Test
    void theLayoutIsVersionEndCountEntries() {
        byte[] bytes = {
            1, // version
            0, // more follows
            1,
            0,
            0,
            0, // one entry
            2,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // tx
            3,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // chunk id
            2,
            0,
            0,
            0, // length
            9,
            8 // chunk
        };

        ReadFrame read = ReadFrame.from(Buffer.buffer(bytes));

        assertThat(read.end()).isFalse();
        assertThat(read.entries().get(0).tx()).isEqualTo(2);
        assertThat(read.entries().get(0).id()).isEqualTo(3);
        assertThat(read.entries().get(0).chunk()).containsExactly(9, 8);
        assertThat(read.toBuffer().getBytes()).containsExactly(bytes);
    }

    @Test
    void whatIsWrittenReadsBack() {
        ReadFrame read = ReadFrame.from(FRAME.toBuffer());

        assertThat(read.end()).isTrue();
        assertThat(read.entries()).usingRecursiveComparison().isEqualTo(FRAME.entries());
        assertThat(ReadFrame.from(new ReadFrame(false, List.of()).toBuffer()).entries())
                .isEmpty();
    }

    @Test
    void whereverItIsCutItIsRefused() {
        Buffer whole = FRAME.toBuffer();
        for (int length = 0; length < whole.length(); length++) {
            Buffer cut = whole.getBuffer(0, length);
            assertThatIllegalArgumentException().as("cut at " + length).isThrownBy(() -> ReadFrame.from(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, Integer.MAX_VALUE, 0x80000000L, 0xFFFFFFFFL})
    void aCountOfEntriesThatAreNotThereIsRefused(long count) {
        Buffer lie = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 1).appendUnsignedIntLE(count);

        assertThatIllegalArgumentException().isThrownBy(() -> ReadFrame.from(lie));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, Integer.MAX_VALUE, 0x80000000L, 0xFFFFFFFFL})
    void anEntryThatIsLongerThanTheMessageIsRefused(long length) {
        Buffer lie = Buffer.buffer()
                .appendByte((byte) 1)
                .appendByte((byte) 1)
                .appendUnsignedIntLE(1)
                .appendLongLE(1)
                .appendLongLE(1)
                .appendUnsignedIntLE(length)
                .appendBytes(new byte[2]);

        assertThatIllegalArgumentException().isThrownBy(() -> ReadFrame.from(lie));
    }
}
