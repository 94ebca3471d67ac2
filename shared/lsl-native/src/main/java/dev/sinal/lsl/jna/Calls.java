package dev.sinal.lsl.jna;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The part of the native library's C interface that every supported version has, mapped directly. Arguments that are text are UTF-8
 * with a closing NUL; {@code error} points to 4 bytes.
 */
@SuppressWarnings({"checkstyle:MethodName", "MethodName"})
final class Calls {
    private Calls() {}

    static native int lsl_library_version();

    static native int lsl_protocol_version();

    static native double lsl_local_clock();

    static native void lsl_destroy_string(Pointer text);

    static native @Nullable Pointer lsl_create_streaminfo(
            byte[] name, byte[] type, int channels, double rate, int format, byte[] sourceId);

    static native @Nullable Pointer lsl_streaminfo_from_xml(byte[] xml);

    static native void lsl_destroy_streaminfo(Pointer info);

    static native Pointer lsl_get_desc(Pointer info);

    static native @Nullable Pointer lsl_get_xml(Pointer info);

    static native Pointer lsl_append_child(Pointer element, byte[] name);

    static native Pointer lsl_append_child_value(Pointer element, byte[] name, byte[] value);

    static native Pointer lsl_last_child(Pointer element);

    static native int lsl_resolve_bypred(Pointer found, int most, byte[] predicate, int minimum, double timeout);

    static native @Nullable Pointer lsl_create_continuous_resolver_bypred(byte[] predicate, double forgetAfter);

    static native int lsl_resolver_results(Pointer resolver, Pointer found, int most);

    static native void lsl_destroy_continuous_resolver(Pointer resolver);

    static native @Nullable Pointer lsl_create_outlet(Pointer info, int chunk, int bufferSeconds);

    static native void lsl_destroy_outlet(Pointer outlet);

    static native @Nullable Pointer lsl_get_info(Pointer outlet);

    static native int lsl_have_consumers(Pointer outlet);

    static native int lsl_push_chunk_ftp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_dtp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_itp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_stp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_ctp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_ltp(Pointer outlet, Pointer data, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_buftp(
            Pointer outlet, Pointer texts, Pointer lengths, NativeLong values, double stamp, int flush);

    static native int lsl_push_chunk_ftnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_dtnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_itnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_stnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_ctnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_ltnp(Pointer outlet, Pointer data, NativeLong values, Pointer stamps, int flush);

    static native int lsl_push_chunk_buftnp(
            Pointer outlet, Pointer texts, Pointer lengths, NativeLong values, Pointer stamps, int flush);

    static native @Nullable Pointer lsl_create_inlet(Pointer info, int bufferSeconds, int maxChunk, int recover);

    static native void lsl_destroy_inlet(Pointer inlet);

    static native @Nullable Pointer lsl_get_fullinfo(Pointer inlet, double timeout, Pointer error);

    static native void lsl_open_stream(Pointer inlet, double timeout, Pointer error);

    static native double lsl_time_correction(Pointer inlet, double timeout, Pointer error);

    static native int lsl_was_clock_reset(Pointer inlet);

    static native NativeLong lsl_pull_chunk_f(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native NativeLong lsl_pull_chunk_d(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native NativeLong lsl_pull_chunk_i(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native NativeLong lsl_pull_chunk_s(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native NativeLong lsl_pull_chunk_c(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native NativeLong lsl_pull_chunk_l(
            Pointer inlet, Pointer data, Pointer stamps, NativeLong n, NativeLong samples, double wait, Pointer error);

    static native double lsl_pull_sample_buf(
            Pointer inlet, Pointer texts, Pointer lengths, int channels, double wait, Pointer error);
}
