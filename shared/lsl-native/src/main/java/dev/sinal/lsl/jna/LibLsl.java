package dev.sinal.lsl.jna;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native library, loaded. There is one per process: its settings and its threads are global. */
public final class LibLsl {
    /** The oldest that has what we need: queries by predicate, chunks with one stamp per sample, strings with lengths. */
    static final int OLDEST = 110;

    /** Takes its settings from a file named by {@code LSLAPICFG}. */
    private static final int FILE_BY_ENVIRONMENT = 113;

    private static final Logger LOG = LoggerFactory.getLogger(LibLsl.class);
    private static @Nullable LibLsl loaded;

    private final NativeLibrary library;
    private final String path;
    private final int version;
    private final @Nullable Function setConfig;
    private final @Nullable Function timeCorrectionEx;
    private final @Nullable Function createInletEx;
    private final @Nullable Function createOutletEx;
    private final @Nullable Function libraryInfo;
    private @Nullable String settings;

    private LibLsl(NativeLibrary library, String path) {
        this.library = library;
        this.path = path;
        this.version = Calls.lsl_library_version();
        this.setConfig = optional("lsl_set_config_content");
        this.timeCorrectionEx = optional("lsl_time_correction_ex");
        this.createInletEx = optional("lsl_create_inlet_ex");
        this.createOutletEx = optional("lsl_create_outlet_ex");
        this.libraryInfo = optional("lsl_library_info");
    }

    /**
     * Loads the library; the second call returns the same. Reads files: not for event loops.
     *
     * @param setting path or name, null = {@code SINAL_LIBLSL}, else the usual names and places
     * @throws LibraryMissingException if there is none that can be used
     * @throws LslException if this process uses another one already
     */
    public static LibLsl load(@Nullable String setting) {
        return load(setting, System.getenv("SINAL_LIBLSL"));
    }

    static synchronized LibLsl load(@Nullable String setting, @Nullable String environment) {
        List<LibrarySearch.Place> places = LibrarySearch.places(setting, environment);
        LibLsl before = loaded;
        if (before != null) {
            if (places.size() > 1 || places.get(0).name().equals(before.path)) {
                return before;
            }
            throw new LslException("this process uses the native library " + before.path
                    + " already and cannot change to " + places.get(0).name());
        }
        List<String> tried = new ArrayList<>();
        for (LibrarySearch.Place place : places) {
            LibLsl found = attempt(place, tried);
            if (found != null) {
                loaded = found;
                LOG.info("native LSL library path={} version={} info={}", found.path, found.version, found.info());
                return found;
            }
        }
        throw new LibraryMissingException(tried);
    }

    private static @Nullable LibLsl attempt(LibrarySearch.Place place, List<String> tried) {
        NativeLibrary library;
        try {
            library = NativeLibrary.getInstance(place.name());
        } catch (UnsatisfiedLinkError e) {
            tried.add(place.name() + " (" + place.origin() + "): " + firstLine(e));
            return null;
        }
        try {
            Native.register(Calls.class, library);
        } catch (UnsatisfiedLinkError e) {
            tried.add(
                    place.name() + " (" + place.origin() + "): not a liblsl of version 1.10 or later, " + firstLine(e));
            Native.unregister(Calls.class);
            return null;
        }
        LibLsl found = new LibLsl(library, place.name());
        if (found.version < OLDEST) {
            tried.add(
                    place.name() + " (" + place.origin() + "): version " + found.version + " is older than " + OLDEST);
            Native.unregister(Calls.class);
            return null;
        }
        return found;
    }

    private static String firstLine(Throwable error) {
        String message = error.getMessage();
        return message == null || message.isBlank()
                ? error.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }

    /** Null if this version has no such function. */
    @Nullable
    Function optional(String name) {
        try {
            return library.getFunction(name);
        } catch (UnsatisfiedLinkError notInThisVersion) {
            return null;
        }
    }

    /** What was loaded: a path, or the name given to the system's loader. */
    public String path() {
        return path;
    }

    /** Version times 100, e.g. 116; builds of the 1.12 line say 110. */
    public int version() {
        return version;
    }

    /** What the library says about its build; empty where it says nothing (before 1.13). */
    public String info() {
        Function call = libraryInfo;
        return call == null ? "" : String.valueOf(call.invokeString(new Object[] {}, false));
    }

    /** The library's clock, seconds. */
    double clock() {
        return Calls.lsl_local_clock();
    }

    /**
     * Hands the settings over, which works once per process and before anything else is done. Libraries before 1.17 read their own
     * file only: then these must be the settings of that file.
     *
     * @throws LslException if the settings cannot be those of the library
     */
    synchronized void configure(LslConfig config) {
        String wanted = ConfigText.of(config);
        String before = settings;
        if (before != null) {
            if (!before.equals(wanted)) {
                throw new LslException("the native library has its settings already and cannot change them: "
                        + ConfigText.difference(before, wanted));
            }
            return;
        }
        Function call = setConfig;
        if (call != null) {
            call.invokeVoid(new Object[] {Texts.utf8(wanted)});
        } else {
            checkOwnFile(wanted);
        }
        settings = wanted;
    }

    private void checkOwnFile(String wanted) {
        String environment = System.getenv("LSLAPICFG");
        if (version < FILE_BY_ENVIRONMENT && environment != null && !environment.isEmpty()) {
            LOG.warn("this native library is too old for LSLAPICFG and reads lsl_api.cfg in the working directory");
        }
        String read = ConfigText.of(LslConfig.load());
        if (!read.equals(wanted)) {
            throw new LslException(String.format(
                    Locale.ROOT,
                    "liblsl %.2f takes its settings from its own lsl_api.cfg only, and that differs from ours: %s."
                            + " Put them into that file, or use liblsl 1.17",
                    version / 100.0,
                    ConfigText.difference(read, wanted)));
        }
    }

    /** Whether a probe's uncertainty is known (since 1.13). */
    boolean tellsUncertainty() {
        return timeCorrectionEx != null;
    }

    /** @param remoteTime out, 8 bytes @param uncertainty out, 8 bytes */
    double timeCorrection(Pointer inlet, Pointer remoteTime, Pointer uncertainty, double timeout, Pointer error) {
        Function call = timeCorrectionEx;
        return call == null
                ? Calls.lsl_time_correction(inlet, timeout, error)
                : call.invokeDouble(new Object[] {inlet, remoteTime, uncertainty, timeout, error});
    }

    /** @param samples buffer of the inlet; older libraries round it up to whole seconds */
    @Nullable
    Pointer createInlet(Pointer info, int samples, double rate, int maxChunk, boolean recover) {
        Function call = createInletEx;
        int on = recover ? 1 : 0;
        return call == null
                ? Calls.lsl_create_inlet(info, seconds(samples, rate), maxChunk, on)
                : call.invokePointer(new Object[] {info, samples, maxChunk, on, BUFFER_IN_SAMPLES});
    }

    /** Like {@link #createInlet}. */
    @Nullable
    Pointer createOutlet(Pointer info, int samples, double rate, int chunk) {
        Function call = createOutletEx;
        return call == null
                ? Calls.lsl_create_outlet(info, chunk, seconds(samples, rate))
                : call.invokePointer(new Object[] {info, chunk, samples, BUFFER_IN_SAMPLES});
    }

    private static final int BUFFER_IN_SAMPLES = 1;
    private static final double IRREGULAR_RATE = 100;

    private static int seconds(int samples, double rate) {
        return (int) Math.max(1, Math.ceil(samples / (rate > 0 ? rate : IRREGULAR_RATE)));
    }
}
