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
    void aReadThatWasCutShortSaysFromWhereRowsAreMissing() {
        ReadFrame cut = ReadFrame.cutShort(FRAME.entries(), -5);

        ReadFrame read = ReadFrame.from(cut.toBuffer());

        assertThat(read.before()).isEqualTo(-5);
        assertThat(read.end()).isTrue();
        assertThat(read.entries()).hasSize(2);
        assertThat(read.entries().get(0).chunk()).containsExactly(1, 2, 3);
        assertThat(ReadFrame.from(FRAME.toBuffer()).before()).isNull();
        Buffer bytes = cut.toBuffer();
        for (int length = 0; length < bytes.length(); length++) {
            Buffer part = bytes.getBuffer(0, length);
            assertThatIllegalArgumentException().as("%d bytes", length).isThrownBy(() -> ReadFrame.from(part));
        }
    }

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

    @Test
    void commitsTravelWithTheirChunk() {
        ReadFrame frame = new ReadFrame(
                false,
                List.of(
                        new ReadFrame.Entry(5, 7, new byte[] {1, 2, 3}, new byte[] {9, 8}),
                        new ReadFrame.Entry(6, 8, new byte[] {4})));

        ReadFrame read = ReadFrame.from(frame.toBuffer());

        assertThat(read.entries()).usingRecursiveComparison().isEqualTo(frame.entries());
        for (int length = 0; length < frame.toBuffer().length(); length++) {
            Buffer cut = frame.toBuffer().getBuffer(0, length);
            assertThatIllegalArgumentException().as("cut at " + length).isThrownBy(() -> ReadFrame.from(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 100})
    void aLargeChunkComesInPartsAndIsWholeInTheEnd(int most) {
        for (byte[] commits : new byte[][] {null, {9, 8, 7}}) {
            ReadFrame.Entry entry = new ReadFrame.Entry(5, 7, new byte[] {1, 2, 3, 4, 5, 6, 7}, commits);
            EntryParts parts = new EntryParts();
            List<ReadFrame.Entry> whole = List.of();
            for (int from = 0; from < entry.bytes(); from += most) {
                assertThat(whole).isEmpty();
                ReadFrame frame = ReadFrame.of(false, entry.part(from, most));
                whole = parts.add(ReadFrame.from(frame.toBuffer()));
            }

            assertThat(whole).usingRecursiveComparison().isEqualTo(List.of(entry));
        }
    }

    @Test
    void partsOutOfPlaceAndTooLargeOnesAreRefused() {
        ReadFrame.Entry entry = new ReadFrame.Entry(5, 7, new byte[10]);
        EntryParts parts = new EntryParts();

        assertThatIllegalArgumentException().isThrownBy(() -> parts.add(ReadFrame.of(false, entry.part(4, 4))));
        EntryParts begun = new EntryParts();
        begun.add(ReadFrame.of(false, entry.part(0, 4)));
        assertThatIllegalArgumentException().isThrownBy(() -> begun.add(new ReadFrame(true, List.of())));
        assertThatIllegalArgumentException().isThrownBy(() -> begun.add(ReadFrame.of(false, entry.part(5, 4))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EntryParts()
                        .add(ReadFrame.of(
                                false, new ReadFrame.Part(1, 1, 0, EntryParts.MOST_BYTES + 1, 0, new byte[1]))));
        Buffer lie =
                Buffer.buffer(ReadFrame.of(false, entry.part(0, 4)).toBuffer().getBytes());
        lie.setUnsignedIntLE(26, 9);
        assertThatIllegalArgumentException().isThrownBy(() -> ReadFrame.from(lie));
    }
}
