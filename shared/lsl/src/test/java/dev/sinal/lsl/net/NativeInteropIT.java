package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ChannelInfo;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our side against the native library, both directions. Needs {@code SINAL_LIBLSL=<path of liblsl>}. */
@EnabledIf(value = "libraryIsThere", disabledReason = "no native library: see SINAL_LIBLSL")
class NativeInteropIT {
    private static final String MISSING =
            "set SINAL_LIBLSL to the path of a liblsl (the npm package node-lsl has prebuilt/liblsl64.so)";
    private static final int SAMPLES = 40;
    private static TestLab lab;
    private static NativeLsl natively;
    private static Lsl lsl;

    static String libraryPath() {
        String set = System.getProperty("sinal.liblsl", System.getenv("SINAL_LIBLSL"));
        return set == null ? "" : set;
    }

    static boolean libraryIsThere() {
        boolean there = !libraryPath().isEmpty() && Files.isReadable(Path.of(libraryPath()));
        if (!there) {
            System.out.println("NativeInteropIT skipped: " + MISSING);
        }
        return there;
    }

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        lab = new TestLab();
        natively = NativeLsl.load(Path.of(libraryPath()), lab.config(), folder);
        lsl = lab.lsl();
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void bothReadTheSameClock() {
        double before = LslClock.now();
        double theirs = natively.lsl_local_clock();

        assertThat(theirs).isBetween(before - 1e-3, LslClock.now() + 1e-3);
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void nativeOutletToOurInlet(ChannelFormat format) {
        String name = "native " + format;
        Pointer info = natively.lsl_create_streaminfo(name, "EEG", 2, 100, format.code(), "n-" + format);
        Pointer channels = natively.lsl_append_child(natively.lsl_get_desc(info), "channels");
        for (String label : List.of("C3", "é & <漢>")) {
            Pointer channel = natively.lsl_append_child(channels, "channel");
            natively.lsl_append_child_value(channel, "label", label);
            natively.lsl_append_child_value(channel, "unit", "microvolts");
        }
        Pointer outlet = natively.lsl_create_outlet(info, 0, 360);
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(lab.find(lsl, name), InletOptions.defaults(), recorder);
        Object values = SamplePatterns.values(format, SAMPLES);
        List<Double> stamps = new ArrayList<>();
        assertThat(natively.lsl_wait_for_consumers(outlet, 10)).isEqualTo(1);
        await().until(() -> inlet.state() == Inlet.State.OPEN);

        for (int i = 0; i < SAMPLES; i++) {
            stamps.add(1000 + i * 0.01);
            push(outlet, format, values, i, 1000 + i * 0.01);
        }

        await().until(() -> inlet.received() == SAMPLES);
        assertThat(recorder.stamps()).isEqualTo(stamps);
        assertSame(values, recorder);
        assertThat(recorder.infos.get(0).channels())
                .containsExactly(new ChannelInfo("C3", "microvolts", ""), new ChannelInfo("é & <漢>", "microvolts", ""));
        await().until(() -> !recorder.probes.isEmpty());
        assertThat(recorder.probes.get(0).ok())
                .as(recorder.probes.get(0).reason())
                .isTrue();
        assertThat(Math.abs(recorder.probes.get(0).correction()))
                .isLessThanOrEqualTo(recorder.probes.get(0).rtt());
        await(inlet.close());
        natively.lsl_destroy_outlet(outlet);
        natively.lsl_destroy_streaminfo(info);
    }

    @Test
    void aRestartedNativeOutletIsFoundAgain() {
        Pointer info =
                natively.lsl_create_streaminfo("restart", "Markers", 1, 0, ChannelFormat.INT32.code(), "restart-1");
        Pointer first = natively.lsl_create_outlet(info, 0, 360);
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(lab.find(lsl, "restart"), InletOptions.defaults(), recorder);
        assertThat(natively.lsl_wait_for_consumers(first, 10)).isEqualTo(1);
        await().until(() -> inlet.state() == Inlet.State.OPEN);

        natively.lsl_destroy_outlet(first);
        await().until(() -> inlet.state() == Inlet.State.LOST);
        Pointer second = natively.lsl_create_outlet(info, 0, 360);
        await().until(() -> inlet.state() == Inlet.State.OPEN);
        natively.lsl_push_sample_itp(second, new int[] {42}, 7.5, 1);

        await().until(() -> recorder.count() == 1);
        assertThat(recorder.stamps()).containsExactly(7.5);
        assertThat(recorder.events).contains("recovered");
        await(inlet.close());
        natively.lsl_destroy_outlet(second);
        natively.lsl_destroy_streaminfo(info);
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void ourOutletToNativeInlet(ChannelFormat format) {
        String name = "ours " + format;
        StreamInfo description = StreamInfo.builder(name, "EEG", 2, 100, format, "o-" + format)
                .desc(DescElement.leaf("manufacturer", "A&B <Co>"))
                .channel("C3", "microvolts", "EEG")
                .channel("é漢", "V", "")
                .build();
        Outlet outlet = await(lsl.openOutlet(description, OutletOptions.defaults()));
        Pointer[] found = new Pointer[1];
        assertThat(natively.lsl_resolve_bypred(
                        found, 1, "name='" + name + "' and count(desc/channels/channel)=2", 1, 10))
                .isEqualTo(1);
        Pointer inlet = natively.lsl_create_inlet(found[0], 360, 0, 1);
        IntByReference error = new IntByReference();
        natively.lsl_open_stream(inlet, 10, error);
        assertThat(error.getValue()).isZero();
        await(outlet.whenConsumers(1));
        Object values = SamplePatterns.values(format, SAMPLES);

        outlet.pushChunk(values, SAMPLES, null, 2000.0);

        double expected = 2000.0 - (SAMPLES - 1) * 0.01;
        for (int i = 0; i < SAMPLES; i++) {
            Object pulled = Array.newInstance(values.getClass().getComponentType(), 2);
            double stamp = pull(inlet, format, pulled, error);
            assertThat(error.getValue()).isZero();
            assertThat(stamp).isEqualTo(expected);
            assertThat(Array.get(pulled, 0)).isEqualTo(Array.get(values, 2 * i));
            assertThat(Array.get(pulled, 1)).isEqualTo(Array.get(values, 2 * i + 1));
            expected += 1.0 / 100;
        }
        Pointer full = natively.lsl_get_fullinfo(inlet, 10, error);
        Pointer xml = natively.lsl_get_xml(full);
        StreamInfo seen = StreamInfo.fromXml(xml.getString(0, "UTF-8"));
        assertThat(seen.desc()).isEqualTo(outlet.info().desc());
        assertThat(seen.uid()).isEqualTo(outlet.info().uid());
        assertThat(Math.abs(natively.lsl_time_correction(inlet, 10, error))).isLessThan(0.01);
        natively.lsl_destroy_string(xml);
        natively.lsl_destroy_streaminfo(full);
        natively.lsl_destroy_inlet(inlet);
        natively.lsl_destroy_streaminfo(found[0]);
        await(outlet.close());
    }

    @Test
    void aNativeInletFindsOurRestartedOutlet() {
        StreamInfo description = StreamInfo.builder("come back", "EEG", 1, 100, ChannelFormat.INT32, "back-1")
                .build();
        Outlet first = await(lsl.openOutlet(description, OutletOptions.defaults()));
        Pointer[] found = new Pointer[1];
        assertThat(natively.lsl_resolve_bypred(found, 1, "name='come back'", 1, 10))
                .isEqualTo(1);
        Pointer inlet = natively.lsl_create_inlet(found[0], 360, 0, 1);
        IntByReference error = new IntByReference();
        natively.lsl_open_stream(inlet, 10, error);
        await(first.whenConsumers(1));

        await(first.close());
        Outlet second = await(lsl.openOutlet(description, OutletOptions.defaults()));
        await(second.whenConsumers(1));
        second.push(new int[] {43}, 8.5);

        int[] pulled = new int[1];
        assertThat(natively.lsl_pull_sample_i(inlet, pulled, 1, 10, error)).isEqualTo(8.5);
        assertThat(pulled).containsExactly(43);
        natively.lsl_destroy_inlet(inlet);
        natively.lsl_destroy_streaminfo(found[0]);
        await(second.close());
    }

    private static void assertSame(Object values, Recorder recorder) {
        int at = 0;
        for (var batch : recorder.batches) {
            for (int i = 0; i < Array.getLength(batch.values()); i++, at++) {
                assertThat(Array.get(batch.values(), i)).isEqualTo(Array.get(values, at));
            }
        }
        assertThat(at).isEqualTo(Array.getLength(values));
    }

    private static void push(Pointer outlet, ChannelFormat format, Object values, int sample, double stamp) {
        Object one = Array.newInstance(values.getClass().getComponentType(), 2);
        System.arraycopy(values, 2 * sample, one, 0, 2);
        int error = switch (format) {
            case FLOAT32 -> natively.lsl_push_sample_ftp(outlet, (float[]) one, stamp, 1);
            case DOUBLE64 -> natively.lsl_push_sample_dtp(outlet, (double[]) one, stamp, 1);
            case INT32 -> natively.lsl_push_sample_itp(outlet, (int[]) one, stamp, 1);
            case INT16 -> natively.lsl_push_sample_stp(outlet, (short[]) one, stamp, 1);
            case INT8 -> natively.lsl_push_sample_ctp(outlet, (byte[]) one, stamp, 1);
            case INT64 -> natively.lsl_push_sample_ltp(outlet, (long[]) one, stamp, 1);
            case STRING -> natively.lsl_push_sample_strtp(outlet, (String[]) one, stamp, 1);
        };
        assertThat(error).isZero();
    }

    private static double pull(Pointer inlet, ChannelFormat format, Object into, IntByReference error) {
        return switch (format) {
            case FLOAT32 -> natively.lsl_pull_sample_f(inlet, (float[]) into, 2, 10, error);
            case DOUBLE64 -> natively.lsl_pull_sample_d(inlet, (double[]) into, 2, 10, error);
            case INT32 -> natively.lsl_pull_sample_i(inlet, (int[]) into, 2, 10, error);
            case INT16 -> natively.lsl_pull_sample_s(inlet, (short[]) into, 2, 10, error);
            case INT8 -> natively.lsl_pull_sample_c(inlet, (byte[]) into, 2, 10, error);
            case INT64 -> natively.lsl_pull_sample_l(inlet, (long[]) into, 2, 10, error);
            case STRING -> pullText(inlet, (String[]) into, error);
        };
    }

    private static double pullText(Pointer inlet, String[] into, IntByReference error) {
        Pointer[] texts = new Pointer[into.length];
        double stamp = natively.lsl_pull_sample_str(inlet, texts, into.length, 10, error);
        for (int i = 0; i < into.length; i++) {
            into[i] = texts[i].getString(0, "UTF-8");
            natively.lsl_destroy_string(texts[i]);
        }
        return stamp;
    }
}
