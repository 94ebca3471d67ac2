package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.Chunks;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.launcher.ClientProcess.Language;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decoders of {@code clients/} against the one of this suite, bit for bit. */
final class ChunkClientsTest {
    /** Codec tags of the format, docs/contracts/chunk-format.md. */
    private static final Set<Integer> CODECS = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8);

    private static final String EACH_IN_PYTHON = """
            import sys
            sys.path.insert(0, sys.argv[1])
            import chunks
            data, at = open(sys.argv[2], "rb").read(), 0
            while at < len(data):
                end = at + 4 + int.from_bytes(data[at:at + 4], "little")
                try:
                    chunks.print_rows(chunks.Chunk(data[at + 4:end]), sys.stdout, True)
                except chunks.ChunkError as refused:
                    print("refused", refused.field)
                at = end
            """;

    private static final String EACH_IN_JAVASCRIPT = """
            import { readFileSync } from 'node:fs';
            const { decode, rows, ChunkError } = await import(process.argv[1] + '/chunks.mjs');
            const data = readFileSync(process.argv[2]);
            let text = '';
            for (let at = 0; at < data.length;) {
              const end = at + 4 + data.readUInt32LE(at);
              try {
                text += rows(decode(data.subarray(at + 4, end)), true);
              } catch (refused) {
                if (!(refused instanceof ChunkError)) throw refused;
                text += `refused ${refused.field}\\n`;
              }
              at = end;
            }
            process.stdout.write(text);
            """;

    @TempDir
    static Path folder;

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyCodecAndEveryBitIsReadAsHere(Language language) throws Exception {
        language.require();
        List<byte[]> chunks = new ArrayList<>();
        StringBuilder expected = new StringBuilder(ChunkText.header(7));
        Set<Integer> codecs = new TreeSet<>();
        for (SampleBlock block : HostileBlocks.all()) {
            for (Codecs how : List.of(
                    Codecs.COMPRESS, Codecs.COMPACT, Codecs.RAW, Codecs.compressWithSteps(new double[] {0.022351743, 0.1
                    }))) {
                byte[] chunk = ChunkEncoder.encode(block, how);
                assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
                chunks.add(chunk);
                codecs.addAll(codecs(chunk));
                expected.append(ChunkText.rows(block));
            }
        }
        assertThat(codecs).containsExactlyInAnyOrderElementsOf(CODECS);
        Path file = Files.write(folder.resolve(language + ".chunks"), Chunks.join(chunks));

        try (ClientProcess client =
                ClientProcess.start(folder, language, "chunks", "", file.toString(), "--csv", "--bits")) {
            assertThat(client.awaitEnd()).as(client.said()).isZero();
            assertSame(client.lines(), expected.toString().lines().toList());
        }
    }

    /** Someone who can compute a CRC can write anything: what one reader takes, all take, for the same samples. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void whatIsDamagedIsRefusedOrReadAsHere(Language language) throws Exception {
        language.require();
        SplittableRandom random = new SplittableRandom(17);
        List<SampleBlock> blocks = HostileBlocks.all();
        List<byte[]> chunks = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        int refused = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] chunk =
                    ChunkEncoder.encode(small(blocks, random), round % 2 == 0 ? Codecs.COMPRESS : Codecs.COMPACT);
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                chunk[random.nextInt(chunk.length)] = (byte) random.nextInt();
            }
            if (round % 4 > 0) {
                reseal(chunk);
            }
            try {
                SampleBlock block = ChunkDecoder.decode(chunk);
                if (block.size() > 1_000) {
                    continue; // constants of a damaged count: nothing new, and long
                }
                expected.addAll(ChunkText.rows(block).lines().toList());
            } catch (ChunkFormatException e) {
                expected.add("refused");
                refused++;
            }
            chunks.add(chunk);
        }
        assertThat(refused).isBetween(chunks.size() / 4, chunks.size() - 100);

        List<String> read = printed(language, chunks).stream()
                .map(line -> line.startsWith("refused") ? "refused" : oneNan(line))
                .toList();
        assertSame(read, expected.stream().map(ChunkClientsTest::oneNan).toList());
    }

    /** One line of difference says more than a hundred thousand that are equal. */
    private static void assertSame(List<String> read, List<String> expected) {
        for (int i = 0; i < Math.min(read.size(), expected.size()); i++) {
            assertThat(read.get(i)).as("line %d", i).isEqualTo(expected.get(i));
        }
        assertThat(read).hasSameSizeAs(expected);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aFaultIsNamed(Language language) throws Exception {
        language.require();
        SampleBlock block = HostileBlocks.all().get(20);
        byte[] chunk = ChunkEncoder.encode(block, Codecs.RAW);
        List<byte[]> chunks = List.of(
                with(chunk, 0, 'X'),
                with(chunk, 4, 2),
                with(chunk, 5, 0x80),
                with(chunk, 16, chunk[16] ^ 1),
                with(chunk, chunk.length - 1, chunk[chunk.length - 1] ^ 1),
                Arrays.copyOf(chunk, 60),
                Arrays.copyOf(chunk, chunk.length - 1),
                resealed(with(chunk, 5, 0x80)),
                resealed(with(chunk, 6, 9)),
                resealed(with(chunk, 58, 99)));

        assertThat(printed(language, chunks))
                .containsExactly(
                        "refused magic",
                        "refused version",
                        "refused headerCrc",
                        "refused headerCrc",
                        "refused channel",
                        "refused length",
                        "refused length",
                        "refused flags",
                        "refused basis",
                        "refused codec");
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Chunks.join(List.of(chunk)), chunk.length));
        try (ClientProcess client = ClientProcess.start(folder, language, "chunks", "", cut.toString())) {
            assertThat(client.awaitEnd()).isEqualTo(1);
            assertThat(client.said()).contains("chunks: chunk frame: ends 4 bytes early");
        }
    }

    private static SampleBlock small(List<SampleBlock> blocks, SplittableRandom random) {
        SampleBlock block = blocks.get(random.nextInt(blocks.size()));
        return block.slice(0, Math.min(block.size(), 20));
    }

    private static List<String> printed(Language language, List<byte[]> chunks) throws Exception {
        ByteBuffer all = ByteBuffer.allocate(
                        chunks.stream().mapToInt(chunk -> 4 + chunk.length).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        chunks.forEach(chunk -> all.putInt(chunk.length).put(chunk));
        Path file = Files.write(Files.createTempFile(folder, "each", ".chunks"), all.array());
        String code = language == Language.PYTHON ? EACH_IN_PYTHON : EACH_IN_JAVASCRIPT;
        try (ClientProcess client =
                ClientProcess.code(folder, language, code, language.folder().toString(), file.toString())) {
            assertThat(client.awaitEnd()).as(client.said()).isZero();
            return client.lines();
        }
    }

    /** A rule of a damaged chunk may give NaN; which one is not the same on all machines. */
    private static String oneNan(String line) {
        return line.replaceAll(
                "\\b[7f]ff(?!0{13}\\b)[0-9a-f]{13}\\b|\\b[7f](?!f800000\\b)f[89a-f][0-9a-f]{5}\\b", "NaN");
    }

    private static Set<Integer> codecs(byte[] chunk) {
        ByteBuffer header = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        Set<Integer> codecs = new TreeSet<>(Set.of((int) chunk[58]));
        if ((chunk[5] & 2) != 0) {
            codecs.add((int) chunk[59]);
        }
        for (int c = 0; c < header.getShort(56); c++) {
            codecs.add((int) chunk[76 + chunk[7] + 40 * c + 1]);
        }
        return codecs;
    }

    private static byte[] with(byte[] chunk, int at, int value) {
        byte[] changed = chunk.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] resealed(byte[] chunk) {
        reseal(chunk);
        return chunk;
    }

    /** Gives a damaged chunk the checksums that hide the damage, as far as its lengths still lead anywhere. */
    private static void reseal(byte[] chunk) {
        ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = bytes.getInt(12);
        if (headerLength < 76 || headerLength > chunk.length) {
            return;
        }
        int at = seal(bytes, headerLength, 60, 64);
        at = seal(bytes, at, 68, 72);
        for (int entry = 76 + chunk[7]; entry >= 76 && entry + 40 <= headerLength; entry += 40) {
            at = seal(bytes, at, entry + 4, entry + 8);
        }
        CRC32C crc = new CRC32C();
        crc.update(chunk, 0, 16);
        crc.update(chunk, 20, headerLength - 20);
        bytes.putInt(16, (int) crc.getValue());
    }

    private static int seal(ByteBuffer bytes, int from, int atLength, int atCrc) {
        int length = bytes.getInt(atLength);
        if (length < 0 || length > bytes.capacity() - from) {
            return bytes.capacity();
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), from, length);
        bytes.putInt(atCrc, (int) crc.getValue());
        return from + length;
    }
}
