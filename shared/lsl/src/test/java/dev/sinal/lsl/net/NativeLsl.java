package dev.sinal.lsl.net;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.sinal.lsl.LslConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The part of the native library's C interface that the interoperability test uses. */
@SuppressWarnings("checkstyle:MethodName")
public interface NativeLsl extends Library {
    int lsl_library_version();

    double lsl_local_clock();

    Pointer lsl_create_streaminfo(String name, String type, int channels, double rate, int format, String sourceId);

    void lsl_destroy_streaminfo(Pointer info);

    Pointer lsl_get_desc(Pointer info);

    Pointer lsl_append_child(Pointer element, String name);

    Pointer lsl_append_child_value(Pointer element, String name, String value);

    Pointer lsl_get_xml(Pointer info);

    Pointer lsl_get_uid(Pointer info);

    void lsl_destroy_string(Pointer text);

    Pointer lsl_create_outlet(Pointer info, int chunk, int maxBuffered);

    void lsl_destroy_outlet(Pointer outlet);

    int lsl_wait_for_consumers(Pointer outlet, double timeout);

    int lsl_push_sample_ftp(Pointer outlet, float[] data, double stamp, int pushThrough);

    int lsl_push_sample_dtp(Pointer outlet, double[] data, double stamp, int pushThrough);

    int lsl_push_sample_itp(Pointer outlet, int[] data, double stamp, int pushThrough);

    int lsl_push_sample_stp(Pointer outlet, short[] data, double stamp, int pushThrough);

    int lsl_push_sample_ctp(Pointer outlet, byte[] data, double stamp, int pushThrough);

    int lsl_push_sample_ltp(Pointer outlet, long[] data, double stamp, int pushThrough);

    int lsl_push_sample_strtp(Pointer outlet, String[] data, double stamp, int pushThrough);

    int lsl_resolve_bypred(Pointer[] found, int elements, String predicate, int minimum, double timeout);

    Pointer lsl_create_inlet(Pointer info, int maxBuffer, int maxChunk, int recover);

    void lsl_destroy_inlet(Pointer inlet);

    void lsl_open_stream(Pointer inlet, double timeout, IntByReference error);

    Pointer lsl_get_fullinfo(Pointer inlet, double timeout, IntByReference error);

    double lsl_time_correction(Pointer inlet, double timeout, IntByReference error);

    double lsl_pull_sample_f(Pointer inlet, float[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_d(Pointer inlet, double[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_i(Pointer inlet, int[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_s(Pointer inlet, short[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_c(Pointer inlet, byte[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_l(Pointer inlet, long[] data, int elements, double timeout, IntByReference error);

    double lsl_pull_sample_str(Pointer inlet, Pointer[] data, int elements, double timeout, IntByReference error);

    /** {@code SINAL_LIBLSL}, empty if it is not set. */
    static String libraryPath() {
        String set = System.getProperty("sinal.liblsl", System.getenv("SINAL_LIBLSL"));
        return set == null ? "" : set;
    }

    /** With {@code SINAL_CI=1} it has to be. */
    static boolean libraryIsThere() {
        boolean there = !libraryPath().isEmpty() && Files.isReadable(Path.of(libraryPath()));
        String missing = "set SINAL_LIBLSL to the path of a liblsl (the npm package node-lsl has prebuilt/liblsl64.so)";
        if (!there && "1".equals(System.getenv("SINAL_CI"))) {
            throw new IllegalStateException(missing);
        }
        if (!there) {
            System.out.println("tests against the native library skipped: " + missing);
        }
        return there;
    }

    /**
     * Loads the library with this configuration. It reads its settings once, at first use: builds since 1.13 from {@code LSLAPICFG},
     * older ones from the working directory, so both point to the same file while that happens.
     */
    static NativeLsl load(Path library, LslConfig config, Path folder) throws IOException {
        return load(
                library,
                """
                [ports]
                MulticastPort = %d
                BasePort = %d
                PortRange = %d
                IPv6 = disable
                [multicast]
                ResolveScope = machine
                ListenAddress = 127.0.0.1
                [lab]
                KnownPeers = {127.0.0.1}
                SessionID = %s
                [log]
                level = -2
                """.formatted(config.multicastPort(), config.basePort(), config.portRange(), config.sessionId()),
                folder);
    }

    /** @param settings text of the configuration file */
    static NativeLsl load(Path library, String settings, Path folder) throws IOException {
        Path file = folder.resolve("lsl_api.cfg");
        Files.writeString(file, settings);
        NativeLibrary c = NativeLibrary.getInstance("c");
        c.getFunction("setenv").invokeInt(new Object[] {"LSLAPICFG", file.toString(), 1});
        c.getFunction("chdir").invokeInt(new Object[] {folder.toString()});
        NativeLsl lsl =
                Native.load(library.toString(), NativeLsl.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
        Pointer info = lsl.lsl_create_streaminfo("settings", "", 1, 0, 1, "");
        Pointer outlet = lsl.lsl_create_outlet(info, 0, 1);
        lsl.lsl_destroy_outlet(outlet);
        lsl.lsl_destroy_streaminfo(info);
        c.getFunction("chdir").invokeInt(new Object[] {System.getProperty("user.dir")});
        return lsl;
    }
}
