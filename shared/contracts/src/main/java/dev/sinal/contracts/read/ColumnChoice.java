package dev.sinal.contracts.read;

import dev.sinal.contracts.StreamDescriptor;
import java.util.stream.IntStream;

/** Which columns of a stream a reader wants decoded. Asked once per stream and descriptor. */
@FunctionalInterface
public interface ColumnChoice {
    /** Every column. */
    ColumnChoice ALL = stream -> IntStream.range(0, stream.channels().size()).toArray();

    /** @return indexes into the stream's channels; none = the stream's rows are left out */
    int[] columns(StreamDescriptor stream);
}
