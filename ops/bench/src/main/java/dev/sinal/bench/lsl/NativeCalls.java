package dev.sinal.bench.lsl;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.file.Path;

/** The functions of liblsl that are measured, bound directly: data stays in buffers outside the heap and is not copied by the binding. */
final class NativeCalls {
    private NativeCalls() {}

    static void load(Path library) {
        Native.register(NativeCalls.class, NativeLibrary.getInstance(library.toString()));
    }

    static native int lsl_library_version();

    static native Pointer lsl_create_streaminfo(
            String name, String type, int channels, double rate, int format, String sourceId);

    static native Pointer lsl_create_outlet(Pointer info, int chunk, int maxBuffered);

    static native int lsl_have_consumers(Pointer outlet);

    static native int lsl_push_sample_ftp(Pointer outlet, Pointer data, double stamp, int pushThrough);

    static native int lsl_push_chunk_ftp(Pointer outlet, Pointer data, long values, double stamp, int pushThrough);

    static native int lsl_resolve_byprop(
            Pointer found, int elements, String property, String value, int minimum, double timeout);

    static native Pointer lsl_create_inlet(Pointer info, int maxBuffer, int maxChunk, int recover);

    static native void lsl_open_stream(Pointer inlet, double timeout, IntByReference error);

    static native double lsl_pull_sample_f(Pointer inlet, Pointer data, int elements, double timeout, Pointer error);

    static native long lsl_pull_chunk_f(
            Pointer inlet,
            Pointer data,
            Pointer stamps,
            long dataElements,
            long stampElements,
            double timeout,
            Pointer error);
}
